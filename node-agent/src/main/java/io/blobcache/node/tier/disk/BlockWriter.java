package io.blobcache.node.tier.disk;

import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.posix.Errno;
import io.blobcache.node.posix.FileCalls;
import io.blobcache.node.posix.Posix;
import io.blobcache.node.tier.disk.SidecarFormat.Entry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Writes one block: its bytes, then the sidecar entry that says so. A block is visible only after both. No fsync: the
 * entry names the session, and after an unclean boot a block is compared with its checksum before it is used.
 */
final class BlockWriter {
    private final DiskParts parts;
    private final BlockSize blockSize;
    private final Evictor evictor;
    private final BlobChecks checks;

    BlockWriter(DiskParts parts, BlockSize blockSize, Evictor evictor, BlobChecks checks) {
        this.parts = parts;
        this.blockSize = blockSize;
        this.evictor = evictor;
        this.checks = checks;
    }

    private enum Result {
        WRITTEN,
        GIVEN_UP,
        /** What is on disk of the blob is of no use: cut into other blocks, or its files were taken away. */
        USELESS
    }

    /**
     * Space for the block is reserved already, and kept reserved only if the block is written.
     *
     * @return whether it is present now
     */
    boolean write(Blob blob, BlockKey key, MemorySegment bytes) {
        DiskBlob onDisk = parts.blobs().find(blob.id());
        if (onDisk == null || !onDisk.beginWrite()) {
            return false;
        }
        Result result;
        try {
            BlockTable table = onDisk.table() == null ? create(onDisk, blob) : onDisk.table();
            result = table == null ? Result.GIVEN_UP : write(table, blob, key, bytes);
        } finally {
            onDisk.endWrite();
        }
        if (result == Result.USELESS) {
            evictor.evict(onDisk, parts.counters().evictedForAgeBytes);
        }
        BlockTable table = onDisk.table();
        if (result == Result.WRITTEN && table != null && table.complete() && BlobChecks.owed(table, blob)) {
            checks.request(table, blob);
        }
        return result == Result.WRITTEN;
    }

    private Result write(BlockTable table, Blob blob, BlockKey key, MemorySegment bytes) {
        parts.inventory().count(table);
        if (!fits(table, blob)) {
            return Result.USELESS;
        }
        return table.status(key.blockIndex()) == BlockTable.ABSENT ? writeBlock(table, key, bytes) : Result.GIVEN_UP;
    }

    private boolean fits(BlockTable table, Blob blob) {
        return table.header().blockBytes() == blockSize.bytes()
                && table.header().blobLengthBytes() == blob.lengthBytes();
    }

    private Result writeBlock(BlockTable table, BlockKey key, MemorySegment bytes) {
        int block = key.blockIndex();
        int fd = Posix.open(parts.directory().data(key.blobId()), Posix.O_RDWR | Posix.O_NOFOLLOW, 0);
        if (fd < 0) {
            return failed("open data", -fd);
        }
        try {
            if (FileCalls.length(fd) != table.header().blobLengthBytes()) {
                return Result
                        .USELESS; // Truncated by somebody: writing would make the missing part a hole that looks right.
            }
            long offset = table.header().blockOffset(block);
            int checksum = Checksum.crc32c(bytes, 0, key.lengthBytes());
            int errno = DataWrites.all(fd, bytes, key.lengthBytes(), offset);
            if (errno == 0) {
                errno = sayPresent(table, block, checksum);
            }
            if (errno != 0) {
                AbsentRanges.punch(fd, offset, key.lengthBytes());
                return failed("write block", -errno);
            }
            return Result.WRITTEN;
        } finally {
            Posix.close(fd);
        }
    }

    private int sayPresent(BlockTable table, int block, int checksum) {
        DiskBlob onDisk = table.blob();
        onDisk.changes.lock();
        try {
            Entry entry = new Entry(checksum, parts.session().value(), null);
            int errno = SidecarFile.writeEntry(parts.directory().sidecar(onDisk.id()), table.header(), block, entry);
            if (errno == 0) {
                table.fill(block, checksum, BlockTable.CHECKED);
                parts.inventory().filled();
            }
            return errno;
        } finally {
            onDisk.changes.unlock();
        }
    }

    private @Nullable BlockTable create(DiskBlob onDisk, Blob blob) {
        onDisk.changes.lock();
        try {
            BlockTable made = onDisk.table();
            return made != null ? made : createFiles(onDisk, blob);
        } finally {
            onDisk.changes.unlock();
        }
    }

    private @Nullable BlockTable createFiles(DiskBlob onDisk, Blob blob) {
        long overhead = new SidecarHeader(blob.id(), blob.lengthBytes(), blockSize.bytes(), 0).sidecarDeviceBytes();
        if (!parts.space().reserve(overhead)) {
            return null;
        }
        try {
            long inode = createData(blob);
            SidecarHeader header = new SidecarHeader(blob.id(), blob.lengthBytes(), blockSize.bytes(), inode);
            int errno = inode < 0
                    ? (int) inode
                    : SidecarFile.create(parts.directory().sidecar(blob.id()), header);
            if (errno != 0) {
                parts.directory().removeFiles(blob.id());
                parts.space().release(overhead);
                parts.health().failed("create", -errno);
                return null;
            }
            BlockTable table = new BlockTable(onDisk, header);
            onDisk.used(parts.clock().millis());
            onDisk.saved(onDisk.usedMillis());
            parts.inventory().created(table);
            parts.ranking().opened(blob.id(), table.deviceBytes());
            onDisk.table(table);
            return table;
        } finally {
            parts.space().settled(overhead);
        }
    }

    /** @return the inode number, or the negated error number */
    private long createData(Blob blob) {
        String path = parts.directory().data(blob.id());
        int flags = Posix.O_RDWR | Posix.O_CREAT | Posix.O_TRUNC | Posix.O_NOFOLLOW;
        int fd = Posix.open(path, flags, 0600);
        try {
            if (fd == -Errno.ENOENT.number()) {
                parts.directory().createBucket(blob.id());
                fd = Posix.open(path, flags, 0600);
            }
            if (fd < 0) {
                return fd;
            }
            int errno = Posix.ftruncate(fd, blob.lengthBytes());
            return errno != 0 ? errno : (long) Files.getAttribute(Path.of(path), "unix:ino", LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            return -DiskErrors.errno(e);
        } finally {
            if (fd >= 0) {
                Posix.close(fd);
            }
        }
    }

    private Result failed(String call, int errno) {
        if (DiskBlobs.absent(errno)) {
            return Result.USELESS;
        }
        parts.health().failed(call, errno);
        return Result.GIVEN_UP;
    }
}
