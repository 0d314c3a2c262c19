package io.blobcache.node.fs.listing;

import io.blobcache.node.fuse.FuseFileSystem;
import io.blobcache.node.model.BlobId;

/**
 * Inode numbers that are the same after a restart: half a digest of what the inode is. A file's holds its version, so a
 * changed object is another inode and the kernel never mixes the pages of two versions; a link's holds its target; and
 * no directory has the number of a file or link, whatever stood at its path before.
 *
 * @param source its identity
 */
public record InodeNumbers(String source) {

    public long file(String path, String version) {
        return usable(BlobId.of(source, path, version));
    }

    /** A path that ends in a slash is no file's. */
    public long directory(String path) {
        return path.isEmpty() ? FuseFileSystem.ROOT_INODE : usable(BlobId.of(source, path + '/', ""));
    }

    /** @param target not empty, which tells it from a directory */
    public long link(String path, String target) {
        return usable(BlobId.of(source, path + '/', target));
    }

    /** 0 means "no inode" to the kernel and 1 is the root: both are passed over. */
    static long usable(BlobId id) {
        if (id.word0() != 0 && id.word0() != FuseFileSystem.ROOT_INODE) {
            return id.word0();
        }
        return id.word1() != 0 && id.word1() != FuseFileSystem.ROOT_INODE ? id.word1() : 2;
    }
}
