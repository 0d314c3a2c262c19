package io.blobcache.node.fs.names;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.blobcache.node.config.ListingConfig;
import io.blobcache.node.fs.listing.Listing;
import io.blobcache.node.fs.listing.Listings;
import io.blobcache.node.fs.listing.Lookup;
import io.blobcache.node.fs.listing.NameRules;
import io.blobcache.node.fs.listing.Reachability;
import io.blobcache.node.fs.listing.ReachabilityBySource;
import io.blobcache.node.fuse.Patience;
import io.blobcache.node.metrics.NameCounters;
import io.blobcache.node.model.BlobException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What stands at a path: the youngest of a listing's word and the source's answer to a single question, if it is young
 * enough; else the source is asked. If it cannot be reached, what was known counts on. Thread-safe.
 */
public final class NameSpace {
    /** From the fourth name on that has to be asked for in one directory, its listing is begun as well. */
    private static final int STATS_PER_PAGE = 4;

    private final Listings listings;
    private final Supplier<ListingConfig> config;
    private final InstantSource clock;
    private final NameCounters counters;
    private final ReachabilityBySource reachability;
    private final Stats stats;
    private final Cache<String, AtomicInteger> statsByDirectory;

    public NameSpace(
            Listings listings,
            Stats stats,
            Supplier<ListingConfig> config,
            InstantSource clock,
            NameCounters counters,
            ReachabilityBySource reachability) {
        this.listings = listings;
        this.stats = stats;
        this.config = config;
        this.clock = clock;
        this.counters = counters;
        this.reachability = reachability;
        this.statsByDirectory = Caffeine.newBuilder()
                .maximumSize(1024)
                .expireAfterWrite(config.get().ttl().toMillis(), TimeUnit.MILLISECONDS)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .executor(Runnable::run)
                .build();
    }

    /**
     * @param name one that {@link NameRules#shown} allows
     * @return {@code null} if it would have to wait and must not; then it has been asked for
     */
    public @Nullable Known find(String directory, String name, Patience patience) throws BlobException {
        String path = NameRules.path(directory, name);
        Known known = younger(listed(directory, name), stats.known(path));
        if (known != null && known.freshAt(clock.millis())) {
            return known;
        }
        if (known != null && !reachability.of(path).reachable()) {
            counters.staleAnswers.increment();
            probe(path, name);
            return known;
        }
        try {
            Stats.Question question = stats.ask(path, name);
            if (question.first()) {
                considerListing(directory);
            }
            return patience == Patience.NONE ? null : question.await();
        } catch (BlobException e) {
            if (known == null || !Reachability.means(e)) {
                throw e;
            }
            counters.staleAnswers.increment();
            return known;
        }
    }

    /** What the listings say; the last complete one if the one that is arriving is not so far yet. */
    private @Nullable Known listed(String directory, String name) throws BlobException {
        Known known = listed(listings.known(directory), name);
        Known listed = known != null ? known : listed(listings.lastComplete(directory), name);
        return listed != null && listed.entry() == null && !stats.listsAll(directory) ? null : listed;
    }

    private @Nullable Known listed(@Nullable Listing listing, String name) throws BlobException {
        if (listing == null) {
            return null;
        }
        try (listing) {
            long asked = listing.beganMillis();
            long arrived = listing.arrivedMillis();
            long believed = config.get().ttl().toMillis();
            return switch (listing.find(name)) {
                case Lookup.Present(var entry) -> new Known(entry, asked, arrived, believed);
                case Lookup.Absent _ -> new Known(null, asked, arrived, believed);
                case Lookup.Unknown _ -> null;
            };
        } catch (IOException _) {
            // The disk that keeps it fails; the source can still be asked for this one name.
            counters.unreadableListings.increment();
            return null;
        }
    }

    /** Finds out now and then whether the source is back; nobody waits for it. */
    private void probe(String path, String name) {
        try {
            if (reachability.of(path).worthAsking()) {
                stats.ask(path, name);
            }
        } catch (BlobException _) {
            // It failed a moment ago, is counted as such, and will be asked again.
        }
    }

    private void considerListing(String directory) {
        AtomicInteger asked = statsByDirectory.get(directory, _ -> new AtomicInteger());
        if (asked.incrementAndGet() % STATS_PER_PAGE == 0) {
            listings.ahead(directory);
        }
    }

    private static @Nullable Known younger(@Nullable Known left, @Nullable Known right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        return right.askedMillis() >= left.askedMillis() ? right : left;
    }
}
