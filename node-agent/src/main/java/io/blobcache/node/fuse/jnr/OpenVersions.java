package io.blobcache.node.fuse.jnr;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which version of each path the kernel has in its page cache.
 *
 * <p>The problem: a changed file is a new inode of the {@code FuseFileSystem}, but libfuse's high-level API names what
 * the kernel caches by path. Two versions of one path would share one page cache, and a reader would see bytes of both.
 *
 * <p>So a path stays on the version that is open until the last of its files is closed: until then a further open gets
 * that version too, and its attributes are shown. Then the next open may take a new version, and tells the kernel to
 * drop the pages of the old one. Thread-safe.
 */
final class OpenVersions {
    /** Paths whose pages may be kept over a close; of a path beyond these the kernel drops its pages at the next open. */
    private static final int MAX_CLOSED = 16_384;

    private final ConcurrentHashMap<String, Version> open = new ConcurrentHashMap<>();
    private final Cache<String, Long> closed = Caffeine.newBuilder()
            .maximumSize(MAX_CLOSED)
            .executor(Runnable::run)
            .build();

    /** One version of one path that is open at least once. */
    static final class Version {
        private final String path;
        private final PathNode node;
        private int files;

        /** Whether the kernel's pages of this path are known to be of this version. */
        private volatile boolean settled;

        private Version(String path, PathNode node, boolean settled) {
            this.path = path;
            this.node = node;
            this.settled = settled;
        }

        PathNode node() {
            return node;
        }

        boolean settled() {
            return settled;
        }

        /** Called when the kernel has acted upon the answer to an open: it has dropped what it had before. */
        void settle() {
            if (!settled) {
                settled = true;
            }
        }
    }

    /** The version that a path stays on, or {@code null} if it is free to change. */
    @Nullable
    Version at(String path) {
        return open.get(path);
    }

    /**
     * Counts one more open file of a path.
     *
     * @param node what stands at the path now; kept claimed if it becomes the open version
     * @return the version to open: {@code node}'s, or an older one that is still open
     */
    Version opening(String path, PathNode node) {
        return open.compute(path, (_, version) -> {
            Version opened = version;
            if (opened == null) {
                if (!node.tryClaim()) {
                    throw new IllegalStateException("the caller holds no claim");
                }
                Long last = closed.getIfPresent(path);
                opened = new Version(path, node, last != null && last == node.inode());
            }
            opened.files++;
            return opened;
        });
    }

    /** Takes back one {@link #opening}: the file was released, or could not be opened. */
    void closing(Version version) {
        open.computeIfPresent(version.path, (path, current) -> {
            if (--version.files > 0) {
                return current;
            }
            if (version.settled) {
                closed.put(path, version.node.inode());
            }
            version.node.unclaim();
            return null;
        });
    }
}
