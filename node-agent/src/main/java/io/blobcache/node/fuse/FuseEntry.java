package io.blobcache.node.fuse;

/**
 * An inode found by name.
 *
 * @param believedMillis how much longer the file system itself will believe the name: the kernel may do so for that time
 *                       or the session's entry timeout, whichever is shorter
 */
public record FuseEntry(long inode, FuseAttributes attributes, long believedMillis) {
    /** The entry timeout alone counts. */
    public static final long FOR_EVER = Long.MAX_VALUE;

    /** An entry of a file system whose names never change. */
    public FuseEntry(long inode, FuseAttributes attributes) {
        this(inode, attributes, FOR_EVER);
    }
}
