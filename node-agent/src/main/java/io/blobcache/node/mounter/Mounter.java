package io.blobcache.node.mounter;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The privileged side of the agent, behind a seam: all that needs CAP_SYS_ADMIN. Today it is the same process; a small
 * mounter process that only holds descriptors can stand behind it without a change elsewhere.
 */
public interface Mounter {

    /**
     * Opens {@code /dev/fuse} and mounts it, read-only, nosuid, nodev.
     *
     * @param name what mount(8) shows as the device, such as {@code s3://bucket}; without credentials
     * @throws IOException with the remedy in its message
     */
    FuseDevice mount(Path directory, String name) throws IOException;

    /** Unmounts, lazily if it is busy; aborts the connection if it does not answer. Within a time limit. */
    void unmount(FuseDevice device) throws IOException;

    /**
     * Unmounts if nobody has a file or directory of it open, also where the mount was handed on to.
     *
     * @return whether it is unmounted; if not, nothing has changed
     * @throws IOException if it does not answer within a time limit
     */
    boolean unmountIfIdle(FuseDevice device) throws IOException;

    /**
     * Ends a connection that lives on although it was unmounted, because files on it are open: every request fails at
     * once. Nothing happens if it has ended.
     */
    void abort(FuseDevice device) throws IOException;

    /**
     * Registers an open file so that the kernel may read it in our stead (FUSE_DEV_IOC_BACKING_OPEN).
     *
     * @return the backing id
     * @throws IOException if the kernel has no passthrough, or we lack CAP_SYS_ADMIN
     */
    int registerBacking(FuseDevice device, int fileFd) throws IOException;

    void unregisterBacking(FuseDevice device, int backingId) throws IOException;

    /**
     * Sets how far the kernel reads ahead of a reader. FUSE_INIT can only lower it from the kernel's 128 KiB, so this
     * is asked of sysfs; where that cannot be written the kernel's value stays, and that is logged. Call it after
     * FUSE_INIT has been answered.
     */
    void readAhead(FuseDevice device, int bytes);
}
