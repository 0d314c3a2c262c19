package io.blobcache.node.fuse.jnr;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.blobcache.node.fuse.FuseAttributes;
import io.blobcache.node.fuse.FuseEntry;
import io.blobcache.node.fuse.FuseException;
import io.blobcache.node.fuse.FuseFileSystem;
import io.blobcache.node.fuse.Patience;
import io.blobcache.node.posix.Errno;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Paths to inodes. The high-level API of libfuse 2 asks by path, a {@link FuseFileSystem} answers by inode; the walk
 * between them is cut short by a cache whose entries live as long as the kernel would believe them, so that a deep path
 * costs one lookup and not one for each of its directories. Thread-safe.
 *
 * <p>Every node that a method returns is claimed for the caller, who calls {@link PathNode#unclaim}.
 */
final class PathTree implements AutoCloseable {
    /** About 300 bytes each with its path: 5 MB at most. Beyond it a path costs the lookups of its directories again. */
    static final int MAX_NODES = 16_384;

    /** NAME_MAX of Linux; the kernel's own limit for FUSE is 1024. */
    private static final int MAX_NAME_BYTES = 255;

    private static final char NOT_UTF8 = '\uFFFD';

    private final FuseFileSystem fileSystem;
    private final Cache<String, PathNode> nodes;

    /** @param ttl how long a name is believed */
    PathTree(FuseFileSystem fileSystem, Duration ttl, Ticker ticker) {
        this.fileSystem = fileSystem;
        this.nodes = Caffeine.newBuilder()
                .maximumSize(MAX_NODES)
                .expireAfterWrite(ttl)
                .ticker(ticker)
                // In the calling thread: a forget is cheap, and closing must not race with a pool.
                .executor(Runnable::run)
                .<String, PathNode>removalListener((path, node, cause) -> dropped(node))
                .build();
    }

    /** The inode at a path, by names that were believed at most {@code ttl} ago. */
    PathNode resolve(String path) throws FuseException {
        PathNode cached = claimed(path);
        return cached != null ? cached : refresh(path);
    }

    /** The inode at a path, its last name asked for anew: what a lookup of the kernel wants. */
    PathNode refresh(String path) throws FuseException {
        if (path.equals("/")) {
            return root();
        }
        int lastSlash = path.lastIndexOf('/');
        PathNode parent = resolve(lastSlash == 0 ? "/" : path.substring(0, lastSlash));
        try {
            return lookup(parent, path, path.substring(lastSlash + 1));
        } finally {
            parent.unclaim();
        }
    }

    private PathNode lookup(PathNode parent, String path, String name) throws FuseException {
        requireName(name);
        FuseEntry entry;
        try {
            entry = answered(fileSystem.lookup(parent.inode(), name, Patience.WAIT));
        } catch (FuseException e) {
            nodes.invalidate(path);
            throw e;
        }
        PathNode node = new PathNode(fileSystem, entry.attributes());
        nodes.put(path, node);
        return node;
    }

    private PathNode root() throws FuseException {
        FuseAttributes attributes = answered(fileSystem.attributes(FuseFileSystem.ROOT_INODE, Patience.WAIT));
        PathNode root = new PathNode(fileSystem, attributes);
        nodes.put("/", root);
        return root;
    }

    private @Nullable PathNode claimed(String path) {
        PathNode node = nodes.getIfPresent(path);
        return node != null && node.tryClaim() ? node : null;
    }

    private static void dropped(@Nullable PathNode node) {
        if (node != null) {
            node.unclaim();
        }
    }

    private static void requireName(String name) throws FuseException {
        // What is not UTF-8 arrives here as U+FFFD, which stood for one byte at least.
        boolean utf8 = name.indexOf(NOT_UTF8) < 0;
        // A char has three bytes of UTF-8 at most: most names need no counting.
        if (name.length() > MAX_NAME_BYTES / 3) {
            String counted = utf8 ? name : name.replace(NOT_UTF8, '?');
            if (counted.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
                throw new FuseException(Errno.ENAMETOOLONG);
            }
        }
        if (!utf8) {
            throw new FuseException(Errno.ENOENT);
        }
    }

    /** With {@link Patience#WAIT} there is always an answer; one that is missing is the file system's bug. */
    static <T> T answered(@Nullable T answer) {
        if (answer == null) {
            throw new IllegalStateException("the file system did not answer although it may wait");
        }
        return answer;
    }

    @Override
    public void close() {
        nodes.invalidateAll();
        nodes.cleanUp();
    }
}
