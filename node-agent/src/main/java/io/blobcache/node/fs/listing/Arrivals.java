package io.blobcache.node.fs.listing;

import io.blobcache.node.fuse.FileType;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts the entries that a source lists into the order of a listing and leaves one of each name.
 *
 * <p>A source lists by the bytes of its keys, in which a directory stands as {@code a/} or as {@code a}. So an entry
 * waits here until one arrives behind which nothing of its name can come: entries that wait are each the start of the
 * next, at most as many as a name has bytes. Where a directory meets a file of its name, the directory stays.
 *
 * <p>Of a source that does not keep to the order every entry is passed on all the same; then the listing is no longer
 * {@link #ordered} and only good for reading in a row. Used by one thread at a time.
 */
final class Arrivals {
    /** More than a chain of names of 255 bytes: beyond it the source is not in order. */
    private static final int MAX_WAITING = 512;

    private final TreeMap<byte[], Entry> waiting = new TreeMap<>(NameOrder::compare);
    private final Consumer<Entry> released;
    private byte @Nullable [] lastReleased;
    private boolean ordered = true;
    private long shadowed;

    /** @param released takes the entries in their final order */
    Arrivals(Consumer<Entry> released) {
        this.released = released;
    }

    void arrived(Entry entry) {
        byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
        releasePassedBy(name);
        int order = lastReleased == null ? 1 : NameOrder.compare(name, lastReleased);
        if (order == 0) {
            shadowed++;
            return;
        }
        if (order < 0) {
            ordered = false;
            released.accept(entry);
            return;
        }
        Entry other = waiting.putIfAbsent(name, entry);
        if (other != null) {
            shadowed++;
            if (other.type() != FileType.DIRECTORY && entry.type() == FileType.DIRECTORY) {
                waiting.put(name, entry);
            }
        } else if (waiting.size() > MAX_WAITING) {
            releaseFirst();
        }
    }

    /** Nothing more will arrive. */
    void ended() {
        while (!waiting.isEmpty()) {
            releaseFirst();
        }
    }

    boolean ordered() {
        return ordered;
    }

    /** Entries left out since the last call, because another has their name. */
    long takeShadowed() {
        long count = shadowed;
        shadowed = 0;
        return count;
    }

    private void releasePassedBy(byte[] name) {
        while (!waiting.isEmpty() && NameOrder.passed(waiting.firstKey(), name)) {
            releaseFirst();
        }
    }

    private void releaseFirst() {
        var first = waiting.pollFirstEntry();
        lastReleased = first.getKey();
        released.accept(first.getValue());
    }
}
