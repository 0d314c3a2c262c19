package io.blobcache.node.source;

import java.util.List;

/**
 * A piece of a listing.
 *
 * @param nextToken what to ask the next page with; empty if this was the last
 */
public record ListingPage(List<SourceEntry> entries, String nextToken) {
    public ListingPage {
        entries = List.copyOf(entries);
    }

    public boolean last() {
        return nextToken.isEmpty();
    }
}
