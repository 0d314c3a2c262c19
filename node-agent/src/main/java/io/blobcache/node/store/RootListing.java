package io.blobcache.node.store;

import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.StoredPath;
import io.blobcache.node.source.ListingPage;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceEntry;
import io.blobcache.node.source.Utf8Order;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The root of a source with the directory of stored content in its place in the order. Thread-safe. */
final class RootListing {
    private static final Logger LOG = LoggerFactory.getLogger(RootListing.class);

    /** In front of the source's own token: whether our directory was on a page before. */
    private static final String STILL_TO_COME = "-";

    private static final String SHOWN = "+";
    private static final SourceEntry OURS = new SourceEntry.Directory(StoredPath.ROOT, Instant.EPOCH);

    private final Source source;

    RootListing(Source source) {
        this.source = source;
    }

    ListingPage page(String afterToken) throws BlobException {
        boolean shown = afterToken.startsWith(SHOWN);
        ListingPage page = source.list("", afterToken.isEmpty() ? "" : afterToken.substring(1));
        List<SourceEntry> entries = new ArrayList<>(page.entries().size() + 1);
        for (SourceEntry entry : page.entries()) {
            if (!shown && Utf8Order.COMPARATOR.compare(key(entry), key(OURS)) > 0) {
                entries.add(OURS);
                shown = true;
            }
            if (entry.path().equals(StoredPath.ROOT)) {
                LOG.atWarn().log("{} of the source is not shown: the mount has stored content there", StoredPath.ROOT);
            } else {
                entries.add(entry);
            }
        }
        if (page.last() && !shown) {
            entries.add(OURS);
        }
        return new ListingPage(entries, page.last() ? "" : (shown ? SHOWN : STILL_TO_COME) + page.nextToken());
    }

    private static String key(SourceEntry entry) {
        return entry instanceof SourceEntry.Directory ? entry.path() + "/" : entry.path();
    }
}
