package io.blobcache.node.tier.disk;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.blobcache.node.posix.FileCalls;
import io.blobcache.node.posix.Posix;
import org.jspecify.annotations.Nullable;

/** Data files that are open for reading, at most so many; those not used for longest are closed. Thread-safe. */
final class OpenFiles implements AutoCloseable {
    /** Under half of the 1024 descriptors that a process gets by default on many systems. */
    static final int MAX_FILES = 512;

    private final StateDirectory directory;
    private final DiskHealth health;
    private final Cache<BlockTable, DataFile> open = Caffeine.newBuilder()
            .maximumSize(MAX_FILES)
            .executor(Runnable::run)
            .removalListener(OpenFiles::removed)
            .build();

    OpenFiles(StateDirectory directory, DiskHealth health) {
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

    /** As {@link #claim}, without touching the disk: null if it is not open. */
    @Nullable
    DataFile claimIfOpen(BlockTable table) {
        DataFile file = table.file();
        return file != null && file.tryClaim() ? file : null;
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
        int fd = Posix.open(directory.data(table.blob().id()), Posix.O_RDONLY | Posix.O_NOFOLLOW, 0);
        if (fd < 0) {
            if (!DiskBlobs.absent(-fd)) {
                health.failed("open data", -fd);
            }
            return null;
        }
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
