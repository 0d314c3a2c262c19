package io.blobcache.node.fuse.kernel;

import io.blobcache.node.fuse.OpenedFile;
import io.blobcache.node.mounter.FuseDevice;
import io.blobcache.node.mounter.Mounter;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which inodes are open, and whether the kernel reads them through us (cached mode) or from their backing file
 * (passthrough). The kernel allows one mode, and one backing id, per inode at a time; so the first open decides, later
 * ones follow, and the last release forgets.
 *
 * <p>Registering happens under the lock of one bucket of the table: an open waits for the registration of the same
 * inode, which it needs, and seldom for another's. Thread-safe.
 */
final class BackingFiles {
    /** Backing ids of the kernel begin at 1. */
    static final int CACHED = 0;

    private static final Logger LOG = LoggerFactory.getLogger(BackingFiles.class);

    private record OpenInode(int opens, int backingId) {}

    private final Mounter mounter;
    private final FuseDevice device;
    private final ConcurrentHashMap<Long, OpenInode> inodes = new ConcurrentHashMap<>();
    private final AtomicBoolean hasFailed = new AtomicBoolean();

    BackingFiles(Mounter mounter, FuseDevice device) {
        this.mounter = mounter;
        this.device = device;
    }

    /** Counts an open; its backing id, or {@link #CACHED}. */
    int opened(long inode, OpenedFile file) {
        return inodes.compute(inode, (number, open) -> {
                    if (open != null) {
                        return new OpenInode(open.opens + 1, open.backingId);
                    }
                    return new OpenInode(1, register(file));
                })
                .backingId;
    }

    /** Takes back one open. An inode that is not open is left alone. */
    void released(long inode) {
        inodes.computeIfPresent(inode, (number, open) -> {
            if (open.opens > 1) {
                return new OpenInode(open.opens - 1, open.backingId);
            }
            if (open.backingId != CACHED) {
                unregister(open.backingId);
            }
            return null;
        });
    }

    /** Inodes that are open now. */
    int openInodes() {
        return inodes.size();
    }

    private int register(OpenedFile file) {
        if (file.backingFd() == OpenedFile.NO_BACKING) {
            return CACHED;
        }
        try {
            return mounter.registerBacking(device, file.backingFd());
        } catch (IOException e) {
            if (hasFailed.compareAndSet(false, true)) {
                LOG.atWarn()
                        .addKeyValue("reason", e.getMessage())
                        .log("no passthrough for a file: it is read through the agent; said once");
            }
            return CACHED;
        }
    }

    private void unregister(int backingId) {
        try {
            mounter.unregisterBacking(device, backingId);
        } catch (IOException e) {
            // The kernel keeps a reference to the file until the mount ends; nothing else depends on it.
            LOG.atWarn().addKeyValue("backingId", backingId).setCause(e).log("a backing file was not given back");
        }
    }
}
