package io.blobcache.node.tier.disk;

import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.model.BlobId;
import io.blobcache.node.model.Sha256;
import io.blobcache.node.posix.Errno;
import io.blobcache.node.posix.Posix;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Finds rot that nobody reads: walks all blobs for ever, one block a step, reading from the device and not from the
 * page cache. On the way it computes the SHA-256 of blocks that have none yet: at 1.8 GB/s a core that would cost a
 * fill more than the write itself, here it costs nobody anything. Used by one thread.
 */
final class Scrubber implements AutoCloseable {
    /** 100 blocks a second at most: 400 MB/s. */
    static final long MIN_PAUSE_MILLIS = 10;

    static final long MAX_PAUSE_MILLIS = 60_000;

    private final DiskParts parts;
    private final BlockDrops drops;
    private final BufferPool pool;
    private final SidecarEntries entries;
    private final Queue<BlobId> ahead = new ArrayDeque<>();
    private int nextBucket;
    private @Nullable BlockTable current;
    private int nextBlock;
    private volatile boolean closed;

    Scrubber(DiskParts parts, BlockDrops drops, BufferPool pool) {
        this.parts = parts;
        this.drops = drops;
        this.pool = pool;
        this.entries = new SidecarEntries(parts);
    }

    /** Checks the next block that is present, if there is one in this or the next blob. */
    void step() {
        BlockTable table = current;
        while (table != null && nextBlock < table.blocks()) {
            int block = nextBlock++;
            if (table.holds(block) && table.blob().table() == table) {
                scrub(table, block);
                return;
            }
        }
        current = null;
        BlobId id = nextBlob();
        DiskBlob blob = id == null ? null : parts.blobs().find(id);
        current = blob == null ? null : blob.table();
        nextBlock = 0;
    }

    /** Checks every block that is present now, without a pause. */
    void pass() {
        for (int bucket = 0; bucket < StateDirectory.BUCKETS; bucket++) {
            for (BlobId id : parts.directory().list(bucket)) {
                DiskBlob blob = parts.blobs().find(id);
                BlockTable table = blob == null ? null : blob.table();
                for (int block = 0; table != null && block < table.blocks(); block++) {
                    if (table.holds(block)) {
                        scrub(table, block);
                    }
                }
            }
        }
    }

    void suspect(BlockTable table) {
        drops.suspect(table);
    }

    @Override
    public void close() {
        closed = true;
    }

    private @Nullable BlobId nextBlob() {
        for (int looked = 0; ahead.isEmpty() && looked < StateDirectory.BUCKETS; looked++) {
            ahead.addAll(parts.directory().list(nextBucket));
            nextBucket = (nextBucket + 1) % StateDirectory.BUCKETS;
        }
        return ahead.poll();
    }

    private void scrub(BlockTable table, int block) {
        if (closed || !parts.health().readable()) {
            return;
        }
        String path = parts.directory().data(table.blob().id());
        int fd = Posix.open(path, Posix.O_RDONLY | Posix.O_NOFOLLOW | Posix.O_DIRECT, 0);
        if (fd == -Errno.EINVAL.number()) {
            fd = Posix.open(path, Posix.O_RDONLY | Posix.O_NOFOLLOW, 0); // A file system without direct reads.
            if (fd >= 0) {
                Posix.fadvise(
                        fd, table.header().blockOffset(block), table.header().blockBytes(), Posix.FADV_DONTNEED);
            }
        }
        if (fd < 0) {
            drops.suspect(table);
            return;
        }
        try (BlockLease piece = pool.acquire(BlockCheck.PIECE_BYTES, Duration.ZERO)) {
            if (piece != null) {
                compare(table, block, fd, new BlockCheck(table, block, piece.buffer(), DeviceReads.SYSTEM));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            Posix.close(fd);
        }
    }

    private void compare(BlockTable table, int block, int fd, BlockCheck check) {
        MessageDigest sha256 = Sha256.begin();
        int result = check.compare(fd, sha256);
        byte[] known = entries.digest(table, block);
        byte[] computed = sha256.digest();
        if (result == BlockCheck.RIGHT && (known == null || MessageDigest.isEqual(known, computed))) {
            if (table.checked(block) || known == null) {
                entries.renew(table, block, computed);
            }
        } else if (result < 0) {
            drops.unreadable(table, block, -result);
        } else if (table.blob().table() == table) {
            drops.corrupt(table, block);
            drops.suspect(table);
        }
    }
}
