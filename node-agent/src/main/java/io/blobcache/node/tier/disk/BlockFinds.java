package io.blobcache.node.tier.disk;

import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.tier.BlockTier;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The two ways to a block on disk: at once, out of the page cache, or by a call of the device that the caller waits for
 * up to a limit. That call never has the caller's memory: it may come back when somebody else has it.
 */
final class BlockFinds {
    private final DiskParts parts;
    private final Tables tables;
    private final BlockReader reader;
    private final BufferPool pool;
    private final DeviceCalls calls;
    private final Duration patience;

    BlockFinds(
            DiskParts parts, Tables tables, BlockReader reader, BufferPool pool, DeviceCalls calls, Duration patience) {
        this.parts = parts;
        this.tables = tables;
        this.reader = reader;
        this.pool = pool;
        this.calls = calls;
        this.patience = patience;
    }

    /** Without waiting and without allocating. @return {@code length}, MISS, or LATE if the disk has to be asked */
    int cached(Blob blob, BlockKey key, int offset, int length, MemorySegment into, long intoOffset) {
        if (!parts.health().readable()) {
            return BlockTier.MISS;
        }
        DiskBlob onDisk = parts.blobs().findLoaded(blob.id());
        if (onDisk == null) {
            return BlockTier.LATE;
        }
        BlockTable table = tables.table(onDisk, blob);
        if (table == null || !table.holds(key.blockIndex())) {
            return BlockTier.MISS;
        }
        tables.noteUse(table);
        return reader.readCached(table, key, offset, length, into, intoOffset);
    }

    /** Asks the disk and waits within the limit. @return {@code length}, MISS, or LATE if it does not answer in time */
    int read(Blob blob, BlockKey key, int offset, int length, MemorySegment into, long intoOffset) {
        try (BlockLease staging = pool.acquire(length, patience)) {
            if (staging == null) {
                return BlockTier.LATE;
            }
            int read = calls.run(() -> readTo(staging, blob, key, offset, length), patience, BlockTier.LATE);
            if (read >= 0) {
                MemorySegment.copy(staging.buffer(), 0, into, intoOffset, read);
            }
            return read;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return BlockTier.LATE;
        }
    }

    /** On a thread that may hang, with its own claim on the staging memory. */
    private int readTo(BlockLease staging, Blob blob, BlockKey key, int offset, int length) {
        if (!staging.tryRetain()) {
            return BlockTier.LATE; // It waited for a thread until nobody waited for it.
        }
        try (staging) {
            tables.load(blob);
            @Nullable BlockTable table = tables.known(blob);
            return table != null && table.holds(key.blockIndex())
                    ? reader.read(table, key, offset, length, staging.buffer(), 0)
                    : BlockTier.MISS;
        }
    }
}
