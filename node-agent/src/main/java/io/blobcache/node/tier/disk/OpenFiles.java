package io.blobcache.node.tier.disk;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.blobcache.node.posix.Errno;
import io.blobcache.node.posix.FileCalls;
import io.blobcache.node.posix.Posix;
import org.jspecify.annotations.Nullable;

/** Data files that are open for reading, at most so many; those not used for longest are closed. Thread-safe. */
final class OpenFiles implements AutoCloseable {
    /** Under half of the 1024 descriptors that a process gets by default on many systems. */
    static final int MAX_FILES = 512;

    private final StateDirectory directory;
    private final DiskHealth health;
    private final DeviceReads device;
    private final Cache<BlockTable, DataFile> open = Caffeine.newBuilder()
            .maximumSize(MAX_FILES)
            .executor(Runnable::run)
            .removalListener(OpenFiles::removed)
            .build();

    /** Whether the kernel can open a file without waiting for the disk: not before 5.12, nor in a strict sandbox. */
    private volatile boolean opensCached = true;

    OpenFiles(StateDirectory directory, DiskHealth health, DeviceReads device) {
        this.device = device;
        this.directory = directory;
        this.health = health;
    }

    /**
     * The open data file of a table, for the caller to release. Allocates nothing if it is open already.
     *
     * @return null if it cannot be opened, is not the length it must have, or was evicted meanwhile
     */
    @Nullable
    DataFile claim(BlockTable table) {
        DataFile file = table.file();
        return file != null && file.tryClaim() ? file : open(table);
    }

    /** As {@link #claim}, without waiting for the disk: null also if it takes a wait to tell. */
    @Nullable
    DataFile claimCached(BlockTable table) {
        DataFile file = table.file();
        if (file != null && file.tryClaim()) {
            return file;
        }
        int fd = opensCached ? device.openCached(path(table)) : -Errno.EAGAIN.number();
        if (fd == -Errno.ENOSYS.number() || fd == -Errno.EINVAL.number() || fd == -Errno.EPERM.number()) {
            opensCached = false;
        }
        return fd < 0 ? null : adopt(table, fd);
    }

    /** Keeps a file that is read from being closed. */
    void used(BlockTable table) {
        var _ = open.getIfPresent(table);
    }

    /** Closes the file of a table as soon as nobody reads it. */
    void forget(BlockTable table) {
        open.invalidate(table);
    }

    long count() {
        return open.estimatedSize();
    }

    @Override
    public void close() {
        open.invalidateAll();
    }

    private @Nullable DataFile open(BlockTable table) {
        int fd = Posix.open(path(table), Posix.O_RDONLY | Posix.O_NOFOLLOW, 0);
        if (fd < 0) {
            if (!DiskBlobs.absent(-fd)) {
                health.failed("open data", -fd);
            }
            return null;
        }
        return adopt(table, fd);
    }

    private @Nullable DataFile adopt(BlockTable table, int fd) {
        DataFile opened = new DataFile(fd);
        // The second look at the table comes after the open: while it is current its files were not unlinked, so
        // what was opened is its file and not that of a later fill.
        if (FileCalls.length(fd) != table.header().blobLengthBytes()
                || table.blob().table() != table
                || !opened.tryClaim()) {
            opened.release();
            return null;
        }
        publish(table, opened);
        return opened;
    }

    private String path(BlockTable table) {
        return directory.data(table.blob().id());
    }

    private void publish(BlockTable table, DataFile opened) {
        table.file(opened);
        open.put(table, opened);
        if (table.blob().table() != table) {
            open.invalidate(table);
        }
    }

    private static void removed(@Nullable BlockTable table, @Nullable DataFile file, RemovalCause cause) {
        if (table != null && file != null) {
            if (cause != RemovalCause.REPLACED) {
                table.file(null);
            }
            file.release();
        }
    }
}
