package io.blobcache.node.tier.disk;

import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.posix.Errno;
import io.blobcache.node.tier.BlockTier;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads ranges of present blocks: one preadv2(2) for a checked block whose pages are cached, one pread(2) if they are
 * not; the whole block, once, for one to be checked.
 */
final class BlockReader {
    /** A check needs a piece of scratch memory; while the pool is exhausted for longer the block counts as a miss. */
    private static final Duration SCRATCH_PATIENCE = Duration.ofMillis(100);

    private static final Logger log = LoggerFactory.getLogger(BlockReader.class);

    private final OpenFiles files;
    private final BlockDrops drops;
    private final Renewals renewals;
    private final BufferPool pool;
    private final boolean checkEveryRead;
    private final DeviceReads device;
    private final PageAdvice advice;

    /** Whether the file system says what is cached; all files of the tier are on one. */
    private volatile boolean tellsCached = true;

    BlockReader(
            OpenFiles files,
            BlockDrops drops,
            Renewals renewals,
            BufferPool pool,
            boolean checkEveryRead,
            DeviceReads device,
            PageAdvice advice) {
        this.advice = advice;
        this.device = device;
        this.files = files;
        this.drops = drops;
        this.renewals = renewals;
        this.pool = pool;
        this.checkEveryRead = checkEveryRead;
    }

    /**
     * Reads without waiting for the device.
     *
     * @return {@code length}, MISS if the block was dropped meanwhile, LATE if it takes a wait to tell
     */
    int readCached(BlockTable table, BlockKey key, int offset, int length, MemorySegment into, long intoOffset) {
        DataFile file = checkEveryRead || !tellsCached ? null : files.claimCached(table);
        if (file == null) {
            return BlockTier.LATE;
        }
        try {
            int before = table.drops();
            if (table.status(key.blockIndex()) != BlockTable.CHECKED) {
                return BlockTier.LATE;
            }
            long at = table.header().blockOffset(key.blockIndex()) + offset;
            long read = device.readCached(file.fd(), into, intoOffset, length, at);
            if (read == length) {
                return table.drops() == before ? length : BlockTier.MISS;
            }
            if (read == -Errno.EOPNOTSUPP.number() || read == -Errno.ENOSYS.number()) {
                tellsNothing();
            }
            return BlockTier.LATE;
        } finally {
            file.release();
        }
    }

    private void tellsNothing() {
        if (tellsCached) {
            tellsCached = false;
            log.atInfo()
                    .addKeyValue("remedy", "a state directory on ext4, xfs or btrfs makes hits on disk faster")
                    .log("the file system of the state directory has no RWF_NOWAIT: each hit on disk changes threads");
        }
    }

    /** Reads and waits for the device, however long that takes. @return {@code length} or MISS */
    int read(BlockTable table, BlockKey key, int offset, int length, MemorySegment into, long intoOffset) {
        DataFile file = files.claim(table);
        if (file == null) {
            drops.suspect(table);
            return BlockTier.MISS;
        }
        try {
            int before = table.drops();
            byte status = table.status(key.blockIndex());
            boolean read;
            if (status == BlockTable.CHECKED && !checkEveryRead) {
                long at = table.header().blockOffset(key.blockIndex()) + offset;
                advice.waiting(file, table.header().blobLengthBytes(), at, length);
                read = readPlain(table, file.fd(), key.blockIndex(), offset, length, into, intoOffset);
            } else {
                read = (status == BlockTable.CHECKED || status == BlockTable.UNCHECKED)
                        && readChecked(table, file.fd(), key.blockIndex(), offset, length, into, intoOffset);
            }
            // A block dropped meanwhile may have been read as the zeros that it became.
            return read && table.drops() == before ? length : BlockTier.MISS;
        } finally {
            file.release();
        }
    }

    /** Compares a block before its first use, for nobody in particular. @return whether it may be used */
    boolean check(BlockTable table, int block, int fd) {
        return readChecked(table, fd, block, 0, 0, MemorySegment.NULL, 0);
    }

    /** Compares a block that is here, and adds its bytes to a digest. @return whether it may be used */
    boolean check(BlockTable table, int block, int fd, MessageDigest digest) {
        try (BlockLease piece = scratch()) {
            return piece != null
                    && table.holds(block)
                    && settle(table, block, new BlockCheck(table, block, piece.buffer(), device).compare(fd, digest));
        }
    }

    private boolean readPlain(
            BlockTable table, int fd, int block, int offset, int length, MemorySegment into, long intoOffset) {
        long at = table.header().blockOffset(block) + offset;
        long read;
        do {
            read = device.read(fd, into, intoOffset, length, at);
        } while (read == -Errno.EINTR.number());
        if (read == length) {
            return true;
        }
        if (read < 0) {
            drops.unreadable(table, block, (int) -read);
        } else {
            drops.suspect(table);
        }
        return false;
    }

    private boolean readChecked(
            BlockTable table, int fd, int block, int offset, int length, MemorySegment into, long intoOffset) {
        try (BlockLease piece = scratch()) {
            if (piece == null) {
                return false;
            }
            int result = new BlockCheck(table, block, piece.buffer(), device)
                    .compareAndCopy(fd, offset, length, into, intoOffset);
            return settle(table, block, result);
        }
    }

    private boolean settle(BlockTable table, int block, int result) {
        if (result == BlockCheck.RIGHT) {
            if (table.checked(block)) {
                renewals.later(table, block);
            }
            return true;
        }
        if (result == BlockCheck.WRONG) {
            drops.corrupt(table, block);
            drops.suspect(table);
        } else {
            drops.unreadable(table, block, -result);
        }
        return false;
    }

    private @Nullable BlockLease scratch() {
        try {
            return pool.acquire(BlockCheck.PIECE_BYTES, SCRATCH_PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
