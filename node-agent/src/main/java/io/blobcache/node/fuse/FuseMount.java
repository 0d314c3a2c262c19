package io.blobcache.node.fuse;

/** A mounted file system that is being served. Closing unmounts and ends the serving threads. */
public interface FuseMount extends AutoCloseable {

    /** {@code kernel} or {@code jnr}: which transport serves it. */
    String transport();

    /** Waits until the mount is gone, by {@link #close} or by somebody's umount(8). */
    void awaitUnmount() throws InterruptedException;

    @Override
    void close();
}
