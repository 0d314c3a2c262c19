package io.blobcache.node.fs.listing;

import io.blobcache.node.config.ListingConfig;
import io.blobcache.node.fuse.Patience;
import io.blobcache.node.metrics.NameCounters;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.ListingPage;
import io.blobcache.node.source.Source;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listings of a source that are known, and the ones that are arriving: each directory is asked for once however many
 * wait for it. A young listing is handed out as it is; an old one is asked for again, and if the source cannot be
 * reached it is handed out all the same. Bounded; thread-safe; no lock is held while the source is asked.
 */
public final class Listings implements AutoCloseable {
    /** Directories listed ahead of readers at once: a walk waits for one round trip in eight. */
    private static final int MAX_AHEAD = 8;

    private static final String SUFFIX = ".listing";

    private static final Logger LOG = LoggerFactory.getLogger(Listings.class);

    private final Source source;
    private final Path files;
    private final Supplier<ListingConfig> config;
    private final Instant directoryTime;
    private final InstantSource clock;
    private final Executor executor;
    private final NameCounters counters;
    private final ReachabilityBySource reachability;
    private final FailureMemo failures;
    private final Shelf shelf;
    private final ConcurrentHashMap<String, Listing> arriving = new ConcurrentHashMap<>();
    private final AtomicLong sequences = new AtomicLong();
    private final Semaphore ahead = new Semaphore(MAX_AHEAD);
    private volatile boolean closed;

    /**
     * @param files         an existing directory of this process alone; what an earlier one left there is deleted
     * @param directoryTime modification time of directories that have none
     * @param executor      starts a thread for each task, or as good as; tasks wait for the source
     */
    public Listings(
            Source source,
            Path files,
            Supplier<ListingConfig> config,
            Instant directoryTime,
            InstantSource clock,
            Executor executor,
            NameCounters counters,
            ReachabilityBySource reachability)
            throws IOException {
        this.source = source;
        this.files = files;
        this.config = config;
        this.directoryTime = directoryTime;
        this.clock = clock;
        this.executor = executor;
        this.counters = counters;
        this.reachability = reachability;
        this.failures = new FailureMemo(clock);
        this.shelf = new Shelf(counters);
        deleteLeftovers(files);
    }

    /**
     * The snapshot of a directory for a new reader, of which the first entries, or the end, are here.
     *
     * @return {@code null} if it would have to wait and must not; then it has been asked for
     * @throws BlobException.NotFound if the source knows no such directory
     */
    public @Nullable OpenListing open(String directory, Patience patience) throws BlobException {
        OpenListing fresh = openFresh(directory);
        if (fresh != null) {
            return awaited(directory, fresh, patience);
        }
        Reachability answering = reachability.in(directory);
        if (!answering.reachable()) {
            OpenListing old = openComplete(directory);
            if (old != null) {
                if (answering.worthAsking()) {
                    openArriving(directory).close();
                }
                return old;
            }
        }
        failures.rethrow(directory);
        return awaited(directory, openArriving(directory), patience);
    }

    /** What is known of a directory, whatever its age; {@code null} if nothing. The caller closes it. */
    public @Nullable Listing known(String directory) {
        return shelf.current(directory);
    }

    /** The last complete listing of a directory, whatever its age; {@code null} if none. The caller closes it. */
    public @Nullable Listing lastComplete(String directory) {
        return shelf.complete(directory);
    }

    /** Asks for one page of a directory that somebody will probably want; does nothing if that is being done. */
    public void ahead(String directory) {
        if (closed || !reachability.in(directory).reachable() || failures.remembers(directory)) {
            return;
        }
        Listing fresh = currentIfFresh(directory);
        try (Listing listing = fresh != null ? fresh : retainArriving(directory)) {
            if (!listing.complete() && ahead.tryAcquire()) {
                fillAhead(listing);
            }
        }
    }

    private void fillAhead(Listing listing) {
        listing.grantPage();
        if (listing.startFilling()) {
            counters.listingsAhead.increment();
            fillElsewhere(listing, ahead::release);
        } else {
            ahead.release();
        }
    }

    boolean fresh(Listing listing) {
        return listing.freshAt(clock.millis(), config.get().ttl().toMillis());
    }

    void fillIfNeeded(Listing listing) {
        if (!listing.complete() && listing.startFilling()) {
            fillElsewhere(listing, () -> {});
        }
    }

    /** Everything that is not being read is freed; what is being read is, when it is closed. */
    @Override
    public void close() {
        closed = true;
        shelf.clear();
    }

    private @Nullable Listing currentIfFresh(String directory) {
        Listing listing = shelf.current(directory);
        if (listing != null && !fresh(listing)) {
            listing.close();
            return null;
        }
        return listing;
    }

    private @Nullable OpenListing openFresh(String directory) {
        Listing listing = currentIfFresh(directory);
        return listing == null ? null : new OpenListing(this, listing);
    }

    private @Nullable OpenListing openComplete(String directory) {
        Listing listing = lastComplete(directory);
        if (listing == null) {
            return null;
        }
        counters.staleAnswers.increment();
        return new OpenListing(this, listing);
    }

    /** Asks for the first page even if it is closed at once. */
    private OpenListing openArriving(String directory) {
        Listing listing = retainArriving(directory);
        listing.grantPage();
        fillIfNeeded(listing);
        return new OpenListing(this, listing);
    }

    private Listing retainArriving(String directory) {
        while (true) {
            Listing listing = arriving.computeIfAbsent(directory, this::begin);
            boolean retained = listing.retain();
            // One that was arriving a moment ago may be on the shelf by now: it is put there before it is removed here.
            Listing shelved = currentIfFresh(directory);
            if (retained && shelved == null) {
                return listing;
            }
            if (retained) {
                listing.close();
            }
            if (shelved != null) {
                dropUnbegun(listing);
                return shelved;
            }
            arriving.remove(directory, listing);
        }
    }

    private void dropUnbegun(Listing listing) {
        if (listing.unbegun() && arriving.remove(listing.directory(), listing)) {
            listing.close();
        }
    }

    private Listing begin(String directory) {
        long sequence = sequences.incrementAndGet();
        InodeNumbers inodes = new InodeNumbers(source.at(directory + "/").identity());
        Spool spool = new Spool(files.resolve(sequence + SUFFIX));
        ListingWriter writer = new ListingWriter(directory, inodes, directoryTime, counters, spool);
        return new Listing(directory, sequence, spool, writer, clock);
    }

    private @Nullable OpenListing awaited(String directory, OpenListing open, Patience patience) throws BlobException {
        boolean handedOut = false;
        try {
            if (!open.awaitBeyond(0, patience)) {
                return null;
            }
            // What arrived may have been the same as before: then the one before is handed out, with its number.
            OpenListing shelved = openFresh(directory);
            if (shelved != null
                    && shelved.listing() != open.listing()
                    && shelved.listing().complete()) {
                return shelved;
            }
            if (shelved != null) {
                shelved.close();
            }
            handedOut = true;
            return open;
        } catch (BlobException e) {
            OpenListing old = Reachability.means(e) ? openComplete(directory) : null;
            if (old == null) {
                throw e;
            }
            return old;
        } finally {
            if (!handedOut) {
                open.close();
            }
        }
    }

    private void fillElsewhere(Listing listing, Runnable atEnd) {
        try {
            executor.execute(() -> {
                try {
                    fill(listing);
                } finally {
                    atEnd.run();
                }
            });
        } catch (RejectedExecutionException e) {
            failed(listing, new BlobException.Unavailable("the mount is closing", e), true);
            listing.close();
            atEnd.run();
        }
    }

    /** Runs on its own thread, with a claim on the listing. */
    private void fill(Listing listing) {
        try {
            String token = listing.nextToken();
            while (token != null) {
                fillPage(listing, token);
                token = listing.nextToken();
            }
        } catch (BlobException e) {
            failed(listing, e, false);
        } catch (IOException e) {
            LOG.atError().addKeyValue("directory", files).setCause(e).log("a listing cannot be kept");
            failed(listing, new BlobException.Unavailable("a listing cannot be kept in " + files, e), true);
        } catch (RuntimeException | Error e) {
            failed(listing, new BlobException.Unavailable("a listing failed", e), true);
            throw e;
        } finally {
            listing.close();
        }
    }

    private void fillPage(Listing listing, String token) throws IOException {
        ListingPage page = ask(listing.directory(), token);
        if (!page.last() && page.nextToken().equals(token)) {
            throw new BlobException.Corrupt("the source's listing goes round in a circle");
        }
        boolean wasOrdered = listing.ordered();
        listing.append(page);
        if (wasOrdered && !listing.ordered()) {
            counters.unorderedListings.increment();
            LOG.atWarn()
                    .addKeyValue("directory", NameRules.escaped(listing.directory()))
                    .log("the source does not list in order");
        }
        if (token.isEmpty() || page.last()) {
            shelve(listing);
        }
        listing.announce();
    }

    private ListingPage ask(String directory, String token) throws BlobException {
        if (closed) {
            throw new BlobException.Unavailable("the mount is closing", null);
        }
        counters.listingPages.increment();
        try {
            ListingPage page = source.list(directory, token);
            reachability.in(directory).answered();
            return page;
        } catch (BlobException e) {
            reachability.in(directory).failed(e);
            throw e;
        }
    }

    private void failed(Listing listing, BlobException failure, boolean forGood) {
        failures.remember(listing.directory(), failure);
        listing.failed(failure, forGood);
        if (failure instanceof BlobException.NotFound) {
            shelf.takeDown(listing.directory());
        }
        if (arriving.remove(listing.directory(), listing)) {
            listing.close();
        }
    }

    /** Puts a listing where new readers find it. Its first claim passes from {@link #arriving} to the shelf. */
    private void shelve(Listing listing) {
        boolean first = arriving.get(listing.directory()) == listing;
        shelf.put(listing);
        if (first) {
            arriving.remove(listing.directory(), listing);
            listing.close();
        }
        if (closed) {
            shelf.takeDown(listing.directory());
        }
    }

    private static void deleteLeftovers(Path files) throws IOException {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(files, "*" + SUFFIX)) {
            for (Path leftover : leftovers) {
                Files.delete(leftover);
            }
        }
    }
}
