package io.blobcache.node.tier.disk;

import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.config.DiskConfig;
import io.blobcache.node.config.DiskConfig.Integrity;
import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobId;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.tier.BlockTier;
import io.blobcache.node.tier.LocalCopies;
import io.blobcache.node.tier.Offer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Blocks on local disk: one sparse file a blob, each block at its natural offset, and a sidecar that says which blocks
 * are there and what their checksums are. Bytes that do not match are dropped and are a miss; they are never served.
 *
 * <p>A hit is one preadv2(2) of cached pages into the caller's memory; what is not cached is read on threads that may
 * wait ({@link BlockFinds}). A fill is written later by a writer thread, and declined when they do not keep up. When the
 * device is full, failing, hanging, read-only or gone, reads miss and fills decline until it is well again; no caller
 * sees an error or waits for it. It answers at once after the start: what is on disk of a blob is read at first use.
 */
public final class DiskTier implements BlockTier, LocalCopies {
    /** What is left to be written when it closes is a few times of use: a disk that cannot in so long has its reasons. */
    private static final Duration CLOSING_PATIENCE = Duration.ofSeconds(2);

    private final DiskParts parts;
    private final DeviceCalls calls;
    private final Tables tables;
    private final BlockFinds finds;
    private final Duration patience;
    private final boolean checkEveryRead;
    private final OpenFiles files;
    private final PageAdvice advice;
    private final BlobChecks checks;
    private final WriteQueue writes;
    private final DiskUpkeep upkeep;
    private final SidecarEntries entries;
    private final Evictor evictor;
    private final HeldBlobs held = new HeldBlobs();

    private DiskTier(
            DiskParts parts,
            DiskConfig config,
            BlockSize blockSize,
            BufferPool pool,
            DiskEnvironment environment,
            DeviceCalls calls,
            DeviceReads reads) {
        this.parts = parts;
        this.calls = calls;
        this.patience = environment.patience();
        this.entries = new SidecarEntries(parts);
        this.checkEveryRead = config.integrity() == Integrity.EVERY_READ;
        this.files = new OpenFiles(parts.directory(), parts.health(), reads);
        this.evictor = new Evictor(parts, files, held);
        BlockDrops drops = new BlockDrops(parts, evictor);
        Renewals renewals = new Renewals(entries, environment.background());
        this.advice = new PageAdvice(reads, calls, parts.counters(), config.fadvise(), config.dropBehindBytes());
        BlockReader reader = new BlockReader(files, drops, renewals, pool, checkEveryRead, reads, advice);
        this.tables = new Tables(parts, files, blockSize);
        this.finds = new BlockFinds(parts, tables, reader, pool, calls, patience);
        this.checks =
                new BlobChecks(files, reader, evictor, parts, environment.wrongContent(), environment.background());
        BlockWriter writer = new BlockWriter(parts, blockSize, evictor, checks);
        this.writes = new WriteQueue(writer, parts, config.writers(), environment.writers(), System::nanoTime);
        this.upkeep = new DiskUpkeep(parts, calls, config, environment, evictor, new Scrubber(parts, drops, pool));
    }

    /**
     * Opens the tier and begins its background work. Returns without looking at what is on disk.
     *
     * @param state directory of this agent alone; made if it is not there
     * @param pool  lends scratch memory for checks
     * @throws StateDirectoryException if the directory cannot be written, or another agent has it
     */
    public static DiskTier open(
            Path state,
            DiskConfig config,
            BlockSize blockSize,
            BufferPool pool,
            TierCounters counters,
            DiskEnvironment environment)
            throws IOException {
        return open(state, config, blockSize, pool, counters, environment, DeviceSpace.of(state), DeviceReads.SYSTEM);
    }

    static DiskTier open(
            Path state,
            DiskConfig config,
            BlockSize blockSize,
            BufferPool pool,
            TierCounters counters,
            DiskEnvironment environment,
            DeviceSpace device,
            DeviceReads reads)
            throws IOException {
        StateDirectory directory = StateDirectory.open(state);
        DeviceCalls calls = new DeviceCalls(environment.readers(), System::nanoTime);
        try {
            DiskSpace space = new DiskSpace(config, device);
            space.sample();
            DiskHealth health =
                    new DiskHealth(environment.clock(), new TimedProbe(calls, new DiskProbe(directory)::run), counters);
            Session session = new Session(directory, run(config.integrity(), environment), environment.random());
            DiskParts parts = new DiskParts(
                    directory,
                    new DiskBlobs(new BlobLoader(directory, health, counters, session)),
                    space,
                    new Inventory(space),
                    new Ranking(space.limitBytes()),
                    health,
                    counters,
                    environment.clock(),
                    session);
            DiskTier tier = new DiskTier(parts, config, blockSize, pool, environment, calls, reads);
            tier.upkeep.start();
            return tier;
        } catch (IOException | RuntimeException e) {
            calls.close();
            directory.close();
            throw e;
        }
    }

    /** What an unbroken run is: one of the machine, or one of this process. */
    private static long run(Integrity integrity, DiskEnvironment environment) {
        return integrity == Integrity.START
                ? environment.random().nextLong()
                : BlobId.of("boot", environment.bootId(), "").word0();
    }

    @Override
    public String name() {
        return "disk";
    }

    @Override
    public TierCounters counters() {
        return parts.counters();
    }

    @Override
    public int find(
            Blob blob, BlockKey key, int offset, int length, MemorySegment into, long intoOffset, boolean mayWait) {
        int found = finds.cached(blob, key, offset, length, into, intoOffset);
        if (found == LATE && !mayWait) {
            return LATE; // It comes again, on a thread that may wait, and is counted then.
        }
        if (found == LATE) {
            found = finds.read(blob, key, offset, length, into, intoOffset);
            noteSlowness();
        }
        if (found == LATE) {
            parts.counters().lateReads.increment();
        }
        return found;
    }

    @Override
    public boolean holds(Blob blob, BlockKey key) {
        if (!parts.health().readable()) {
            return false;
        }
        boolean known = tables.isKnown(blob) || calls.run(() -> tables.load(blob), patience, false);
        BlockTable table = known ? tables.known(blob) : null;
        return table != null && table.holds(key.blockIndex());
    }

    @Override
    public boolean holdsNow(Blob blob, BlockKey key) {
        BlockTable table = parts.health().readable() ? tables.known(blob) : null;
        return table != null && table.holds(key.blockIndex());
    }

    @Override
    public boolean hasRoomAhead(long bytes) {
        return !evictor.costsOpenBlobs();
    }

    @Override
    public Offer offer(Blob blob, BlockKey key, BlockLease block) {
        BlockTable table = tables.known(blob);
        if (table != null && table.holds(key.blockIndex())) {
            return Offer.DECLINED;
        }
        writes.giveUpBehindHangs(); // Also while nothing new is taken: what hangs must not keep the pool's buffers.
        Offer answer = parts.health().writable() ? writes.offer(blob, key, block) : Offer.DECLINED;
        switch (answer) {
            case TAKEN -> parts.counters().fills.increment();
            case DECLINED -> {
                parts.counters().declines.increment();
                upkeep.makeRoomSoon();
            }
            case BUSY -> {}
        }
        return answer;
    }

    /**
     * The file of a blob of which all blocks are here and checked, for passthrough. To be asked at each opening: that
     * is also what ranks the blob and what its time to live counts from.
     *
     * <p>Waits for the first read of a sidecar and for an open(2), and not for long. A blob that has yet to be checked,
     * after an unclean boot or because its source promises a digest, answers null and is checked in the background.
     *
     * @return null if it is not complete and checked, or if every read is to be checked
     */
    @Override
    public @Nullable LocalCopy open(Blob blob) {
        if (mustWait(blob)) {
            calls.run(() -> prepare(blob), patience, false);
        }
        BlockTable table = parts.health().readable() ? tables.known(blob) : null;
        if (table == null) {
            return null;
        }
        opened(table, blob);
        if (!mayBeCopied(table) || BlobChecks.owed(table, blob)) {
            if (!checkEveryRead && table.complete()) {
                checks.request(table, blob);
            }
            return null;
        }
        DataFile file = files.claimCached(table);
        if (file == null) {
            return null;
        }
        long length = blob.lengthBytes();
        CompleteFile copy = new CompleteFile(table.blob(), file, closed -> advice.closed(closed, length));
        if (table.complete()) {
            advice.opened(file, length);
            return copy;
        }
        copy.close(); // A block was dropped before it could know of this handle.
        return null;
    }

    /** Counts as a use; and what a source promises of its bytes is compared, however they will be read. */
    private void opened(BlockTable table, Blob blob) {
        tables.noteOpening(table);
        if (table.complete() && BlobChecks.owed(table, blob)) {
            checks.request(table, blob);
        }
    }

    @Override
    public boolean mustWait(Blob blob) {
        if (!parts.health().readable()) {
            return false;
        }
        BlockTable table = tables.known(blob);
        return table == null ? !tables.isKnown(blob) : mayBeCopied(table) && !opens(table);
    }

    @Override
    public void opened(Blob blob) {
        BlockTable table = parts.health().readable() ? tables.known(blob) : null;
        if (table != null) {
            opened(table, blob);
        }
    }

    @Override
    public Hold hold(Blob blob) {
        return held.hold(blob.id());
    }

    private boolean opens(BlockTable table) {
        DataFile file = files.claimCached(table);
        if (file != null) {
            file.release();
        }
        return file != null;
    }

    private boolean mayBeCopied(BlockTable table) {
        return !checkEveryRead && table.complete() && table.unchecked() == 0;
    }

    /** Reads the sidecar and opens the file, so that {@link #open} finds both in memory. Waits for the disk. */
    private boolean prepare(Blob blob) {
        tables.load(blob);
        BlockTable table = tables.known(blob);
        if (table == null || !mayBeCopied(table)) {
            return false;
        }
        DataFile file = files.claim(table);
        if (file == null) {
            upkeep.suspect(table);
            return false;
        }
        file.release();
        return true;
    }

    /**
     * SHA-256 of a block that is here, read from the sidecar.
     *
     * @return 32 bytes; null if the block is absent, or while the scrubber has not come by
     */
    public byte @Nullable [] digest(Blob blob, int blockIndex) {
        BlockTable table = parts.health().readable() && tables.load(blob) ? tables.known(blob) : null;
        return table != null && table.holds(blockIndex) ? entries.digest(table, blockIndex) : null;
    }

    public DiskStatistics statistics() {
        return new DiskStatistics(
                parts.space().usedBytes(),
                parts.space().limitBytes(),
                parts.inventory().blobs(),
                parts.inventory().blocks(),
                parts.inventory().isComplete(),
                parts.health().state().name().toLowerCase(Locale.ROOT),
                parts.health().reason());
    }

    /** Takes a new quota, watermarks, free space, time to live and scrub period; in force within half a second. */
    public void reconfigure(DiskConfig config) {
        upkeep.reconfigure(config);
    }

    /** Writes what is queued, within 5 s, and gives the state directory free. A disk that hangs costs 2 s more. */
    @Override
    public void close() {
        upkeep.close();
        writes.close();
        calls.runUncounted(upkeep::saveUses, CLOSING_PATIENCE, false);
        calls.close();
        files.close();
        parts.directory().close();
    }

    /** Waits until nothing is queued, for tests. */
    boolean idle() {
        return writes.idle();
    }

    DiskUpkeep upkeep() {
        return upkeep;
    }

    private void noteSlowness() {
        if (calls.takeOverdue()) {
            parts.health().slow("read block", true);
        }
    }
}
