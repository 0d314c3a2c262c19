package io.blobcache.node.fuse.jnr;

import io.blobcache.node.fuse.FuseAttributes;
import io.blobcache.node.fuse.FuseFileSystem;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A claim of this transport on one inode: one lookup, given back by one forget when the last who uses it is done. It
 * begins with two claims: the cache's and the caller's. Thread-safe.
 */
final class PathNode {
    private final FuseFileSystem fileSystem;
    private final FuseAttributes attributes;
    private final AtomicInteger claims = new AtomicInteger(2);

    PathNode(FuseFileSystem fileSystem, FuseAttributes attributes) {
        this.fileSystem = fileSystem;
        this.attributes = attributes;
    }

    long inode() {
        return attributes.inode();
    }

    /** As they were when the inode was looked up. */
    FuseAttributes attributes() {
        return attributes;
    }

    /** Takes a claim unless the last one is gone: the cache may drop a node in this moment. */
    boolean tryClaim() {
        while (true) {
            int claimed = claims.get();
            if (claimed == 0) {
                return false;
            }
            if (claims.compareAndSet(claimed, claimed + 1)) {
                return true;
            }
        }
    }

    void unclaim() {
        int left = claims.decrementAndGet();
        if (left < 0) {
            throw new IllegalStateException("unclaimed more often than claimed");
        }
        // The root was never looked up, so it is never forgotten.
        if (left == 0 && inode() != FuseFileSystem.ROOT_INODE) {
            fileSystem.forget(inode(), 1);
        }
    }
}
