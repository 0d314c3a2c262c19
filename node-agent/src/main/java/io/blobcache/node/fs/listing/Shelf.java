package io.blobcache.node.fs.listing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.blobcache.node.metrics.NameCounters;
import org.jspecify.annotations.Nullable;

/**
 * The listings that are kept, with a claim on each: of a directory the youngest, and the last complete one as long as the
 * youngest is not. Bounded: what does not fit is removed, whoever reads it goes on. Thread-safe.
 */
final class Shelf {
    /** Heap of all listings that nobody reads: 100,000 small directories, or a gigabyte of files (see weight). */
    private static final long MAX_WEIGHT = 32 << 20;

    private final NameCounters counters;
    private final Cache<String, Shelved> shelved = Caffeine.newBuilder()
            .maximumWeight(MAX_WEIGHT)
            .<String, Shelved>weigher((_, listings) -> listings.weight())
            .evictionListener(this::evicted)
            .executor(Runnable::run)
            .build();

    Shelf(NameCounters counters) {
        this.counters = counters;
    }

    /** With a claim for the caller; {@code null} if there is none. */
    @Nullable
    Listing current(String directory) {
        Shelved there = shelved.getIfPresent(directory);
        return there != null && there.current.retain() ? there.current : null;
    }

    /** With a claim for the caller; {@code null} if there is none. */
    @Nullable
    Listing complete(String directory) {
        Shelved there = shelved.getIfPresent(directory);
        Listing complete = there == null ? null : there.complete();
        return complete != null && complete.retain() ? complete : null;
    }

    /** Takes a listing in. If it says what the one before says, the one before stays, and is as young. */
    void put(Listing listing) {
        shelved.asMap().compute(listing.directory(), (_, old) -> replace(old, listing));
    }

    void takeDown(String directory) {
        Shelved last = shelved.asMap().remove(directory);
        if (last != null) {
            last.close();
        }
    }

    void clear() {
        for (String directory : shelved.asMap().keySet()) {
            takeDown(directory);
        }
    }

    private static Shelved replace(@Nullable Shelved old, Listing listing) {
        if (old != null && old.current != listing && old.current.beganMillis() > listing.beganMillis()) {
            return old; // It was given up once and has been overtaken.
        }
        Listing before = old == null ? null : old.complete();
        Shelved shelved;
        if (before == null || before == listing) {
            shelved = new Shelved(retained(listing), null);
        } else if (listing.sameEntriesAs(before)) {
            before.confirmedBy(listing);
            shelved = new Shelved(retained(before), null);
        } else {
            shelved = new Shelved(retained(listing), listing.complete() ? null : retained(before));
        }
        if (old != null) {
            old.close();
        }
        return shelved;
    }

    private static Listing retained(Listing listing) {
        if (!listing.retain()) {
            throw new IllegalStateException("a listing was freed that is still on the shelf");
        }
        return listing;
    }

    private void evicted(@Nullable String directory, @Nullable Shelved shelved, RemovalCause cause) {
        counters.evictedListings.increment();
        if (shelved != null) {
            shelved.close();
        }
    }

    /**
     * What is known of one directory, with a claim on each.
     *
     * @param current the youngest, perhaps still arriving
     * @param older   the last complete one, as long as {@code current} is not complete
     */
    private record Shelved(Listing current, @Nullable Listing older) implements AutoCloseable {
        @Nullable
        Listing complete() {
            return current.complete() ? current : older;
        }

        int weight() {
            return current.weight() + (older == null ? 0 : older.weight());
        }

        @Override
        public void close() {
            current.close();
            if (older != null) {
                older.close();
            }
        }
    }
}
