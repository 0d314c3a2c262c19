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
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Blocks on local disk: one sparse file a blob, each block at its natural offset, and a sidecar that says which blocks
 * are there and what their checksums are. Bytes that do not match are dropped and are a miss; they are never served.
 *
 * <p>A hit is one pread(2) into the caller's memory. A fill is written later by a writer thread, and declined when they
 * do not keep up. When the device is full, failing, read-only or gone, reads miss and fills decline until it is well
 * again; no caller sees an error. It answers at once after the start: what is on disk of a blob is read at first use.
 */
public final class DiskTier implements BlockTier, LocalCopies {
    /** A use within so long of the one before is not noted: 5 blocks of a sequential reader. */
    private static final long NOTE_USE_MILLIS = 1_000;

    /** Reads further apart than this are two uses for the ranking, even without an opening in between. */
    private static final long NEW_USE_MILLIS = 60_000;

    private final DiskEnvironment environment;
    private final DiskParts parts;
    private final BlockSize blockSize;
    private final boolean checkEveryRead;
    private final OpenFiles files;
    private final BlockReader reader;
    private final BlobChecks checks;
    private final WriteQueue writes;
    private final DiskUpkeep upkeep;
    private final SidecarEntries entries;

    private DiskTier(
            DiskParts parts, DiskConfig config, BlockSize blockSize, BufferPool pool, DiskEnvironment environment) {
        this.environment = environment;
        this.parts = parts;
        this.entries = new SidecarEntries(parts);
        this.blockSize = blockSize;
        this.checkEveryRead = config.integrity() == Integrity.EVERY_READ;
        this.files = new OpenFiles(parts.directory(), parts.health());
        Evictor evictor = new Evictor(parts, files, environment.pinned());
        BlockDrops drops = new BlockDrops(parts, evictor);
        this.reader = new BlockReader(parts, files, drops, pool, checkEveryRead);
        this.checks =
                new BlobChecks(files, reader, evictor, parts, environment.wrongContent(), environment.background());
        BlockWriter writer = new BlockWriter(parts, blockSize, evictor, checks);
        this.writes = new WriteQueue(writer, parts, config.writers(), environment.writers());
        this.upkeep = new DiskUpkeep(parts, config, environment, evictor, new Scrubber(parts, drops, pool));
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
        return open(state, config, blockSize, pool, counters, environment, DeviceSpace.of(state));
    }

    static DiskTier open(
            Path state,
            DiskConfig config,
            BlockSize blockSize,
            BufferPool pool,
            TierCounters counters,
            DiskEnvironment environment,
            DeviceSpace device)
            throws IOException {
        StateDirectory directory = StateDirectory.open(state);
        try {
            DiskSpace space = new DiskSpace(config, device);
            space.sample();
            DiskHealth health = new DiskHealth(environment.clock(), new DiskProbe(directory)::run, counters);
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
            DiskTier tier = new DiskTier(parts, config, blockSize, pool, environment);
            tier.upkeep.start();
            return tier;
        } catch (IOException | RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    /** What an unbroken run is: one of the machine, or one of this process. */
    private static long run(Integrity integrity, DiskEnvironment environment) {
        return integrity == Integrity.START
                ? environment.random().nextLong()
                : BlobId.ofSource("boot", environment.bootId(), "").word0();
    }

    @Override
    public String name() {
        return "disk";
    }

    @Override
    public int find(Blob blob, BlockKey key, int offset, int length, MemorySegment into, long intoOffset) {
        BlockTable table = parts.health().readable() ? table(blob) : null;
        int read = MISS;
        if (table != null && table.holds(key.blockIndex())) {
            noteUse(table);
            read = reader.read(table, key, offset, length, into, intoOffset);
        }
        if (read == MISS) {
            parts.counters().misses.increment();
        } else {
            parts.counters().hits.increment();
            parts.counters().readBytes.add(read);
        }
        return read;
    }

    @Override
    public boolean holds(Blob blob, BlockKey key) {
        BlockTable table = parts.health().readable() ? table(blob) : null;
        return table != null && table.holds(key.blockIndex());
    }

    @Override
    public Offer offer(Blob blob, BlockKey key, BlockLease block) {
        DiskBlob onDisk = parts.blobs().findLoaded(blob.id());
        BlockTable table = onDisk == null ? null : onDisk.table();
        if (table != null && fits(table, blob) && table.holds(key.blockIndex())) {
            return Offer.DECLINED;
        }
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
     * <p>Never waits for more than the first read of a sidecar. A blob that has yet to be checked, after an unclean
     * boot or because its source promises a digest, answers null and is checked in the background.
     *
     * @return null if it is not complete and checked, or if every read is to be checked
     */
    @Override
    public @Nullable LocalCopy open(Blob blob) {
        BlockTable table = parts.health().readable() ? table(blob) : null;
        if (table == null) {
            return null;
        }
        noteOpening(table);
        if (checkEveryRead || !table.complete()) {
            return null;
        }
        if (table.unchecked() > 0 || BlobChecks.owed(table, blob)) {
            checks.request(table, blob);
            return null;
        }
        DataFile file = files.claim(table);
        if (file == null) {
            upkeep.suspect(table);
            return null;
        }
        return new CompleteFile(table.blob(), file);
    }

    /**
     * SHA-256 of a block that is here, read from the sidecar.
     *
     * @return 32 bytes; null if the block is absent, or while the scrubber has not come by
     */
    public byte @Nullable [] digest(Blob blob, int blockIndex) {
        BlockTable table = parts.health().readable() ? table(blob) : null;
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

    /** Writes what is queued, within 5 s, and gives the state directory free. */
    @Override
    public void close() {
        upkeep.close();
        writes.close();
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

    private @Nullable BlockTable table(Blob blob) {
        DiskBlob onDisk = parts.blobs().find(blob.id());
        BlockTable table = onDisk == null ? null : onDisk.table();
        return table != null && fits(table, blob) ? table : null;
    }

    private boolean fits(BlockTable table, Blob blob) {
        return table.header().blockBytes() == blockSize.bytes()
                && table.header().blobLengthBytes() == blob.lengthBytes();
    }

    private void noteUse(BlockTable table) {
        DiskBlob blob = table.blob();
        long now = environment.clock().millis();
        long idle = now - blob.usedMillis();
        if (idle >= NOTE_USE_MILLIS) {
            blob.used(now);
            files.used(table);
            parts.blobs().used(blob);
            if (idle >= NEW_USE_MILLIS) {
                parts.ranking().opened(blob.id(), table.deviceBytes());
            }
        }
    }

    private void noteOpening(BlockTable table) {
        DiskBlob blob = table.blob();
        blob.used(environment.clock().millis());
        parts.blobs().used(blob);
        parts.ranking().opened(blob.id(), table.deviceBytes());
    }
}
