package io.blobcache.node.fuse;

/** A mounted file system that is being served. Closing unmounts and ends the serving threads. */
public interface FuseMount extends AutoCloseable {

    /** {@code kernel} or {@code jnr}: which transport serves it. */
    String transport();

    /** Whether the kernel reads complete blobs from their local file by itself. */
    boolean hasPassthrough();

    /** Whether requests are being answered: not before the mount is there, and not after it is gone. */
    boolean serving();

    /** Waits until the mount is gone, by {@link #close} or by somebody's umount(8). */
    void awaitUnmount() throws InterruptedException;

    /**
     * Unmounts if nobody has a file or directory of it open, here or in another mount namespace.
     *
     * @return whether it is unmounted now; if not, nothing has changed
     */
    boolean unmountIfIdle();

    @Override
    void close();
}
