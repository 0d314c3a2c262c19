package io.blobcache.node.source.directory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.blobcache.node.posix.PosixException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Cuts directories into pages, and keeps for a few listings under way what their last scan found beyond the page given
 * out. A listing that was forgotten is scanned again from where it was. Thread-safe.
 */
final class Listings {
    static final int PAGE_ENTRIES = 1000;

    /** Some 6 MB of names. */
    private static final int MAX_KEPT = 1 << 16;

    /** Times the names that one scan keeps: 25 MB at most. */
    private static final int MAX_UNDER_WAY = 4;

    private final int maxKept;

    private record Place(String directory, String afterKey) {}

    /** @param nextToken empty after the last page */
    record Page(List<String> keys, String nextToken) {}

    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Map<Place, SortedNames.Kept> underWay = new LinkedHashMap<>();

    Listings() {
        this(MAX_KEPT);
    }

    Listings(int maxKept) {
        this.maxKept = maxKept;
    }

    /** @param directoryFd open at its beginning */
    Page page(String directory, int directoryFd, String afterKey) throws PosixException {
        SortedNames.Kept kept;
        synchronized (lock) {
            kept = underWay.remove(new Place(directory, afterKey));
        }
        if (kept == null) {
            kept = SortedNames.behind(directoryFd, afterKey, maxKept);
        }
        List<String> keys =
                kept.keys().subList(0, Math.min(PAGE_ENTRIES, kept.keys().size()));
        boolean last = keys.size() == kept.keys().size() && !kept.more();
        if (last || keys.isEmpty()) {
            return new Page(keys, "");
        }
        String token = keys.getLast();
        List<String> rest = kept.keys().subList(keys.size(), kept.keys().size());
        if (!rest.isEmpty()) {
            keep(new Place(directory, token), new SortedNames.Kept(rest, kept.more()));
        }
        return new Page(new ArrayList<>(keys), token);
    }

    private void keep(Place place, SortedNames.Kept rest) {
        synchronized (lock) {
            underWay.put(place, rest);
            if (underWay.size() > MAX_UNDER_WAY) {
                underWay.remove(underWay.keySet().iterator().next());
            }
        }
    }
}
