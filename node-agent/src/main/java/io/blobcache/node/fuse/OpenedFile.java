package io.blobcache.node.fuse;

/**
 * The answer to an open.
 *
 * @param handle         given back in each read and in release
 * @param keepCache      whether what the kernel has cached of this inode is still its content
 * @param backingFd      descriptor of a complete local file with the same bytes, open as long as the handle is, through
 *                       which the kernel may read instead of asking us; {@link #NO_BACKING} if there is none
 */
public record OpenedFile(long handle, boolean keepCache, int backingFd) {
    public static final int NO_BACKING = -1;
}
