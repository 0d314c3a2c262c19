package io.blobcache.node.fuse.jnr;

import com.github.benmanes.caffeine.cache.Ticker;
import io.blobcache.node.fuse.DirectorySink;
import io.blobcache.node.fuse.FileType;
import io.blobcache.node.fuse.FuseAttributes;
import io.blobcache.node.fuse.FuseException;
import io.blobcache.node.fuse.FuseFileSystem;
import io.blobcache.node.fuse.FuseStatistics;
import io.blobcache.node.fuse.OpenedDirectory;
import io.blobcache.node.fuse.OpenedFile;
import io.blobcache.node.fuse.Patience;
import io.blobcache.node.posix.Errno;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A {@link FuseFileSystem} by path, as the high-level API of libfuse wants it. Every call may wait. Knows nothing of
 * native structures. Thread-safe.
 */
final class PathFileSystem implements AutoCloseable {
    private final FuseFileSystem fileSystem;
    private final PathTree tree;
    private final OpenVersions versions = new OpenVersions();
    private final ConcurrentHashMap<Long, OpenVersions.Version> files = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Long, PathNode> directories = new ConcurrentHashMap<>();

    PathFileSystem(FuseFileSystem fileSystem, Duration entryTimeout, Ticker ticker) {
        this.fileSystem = fileSystem;
        this.tree = new PathTree(fileSystem, entryTimeout, ticker);
    }

    /**
     * @param handle  given back in each read and in release
     * @param keepCache whether the kernel may keep the pages that it has of this path
     */
    record Opened(long handle, boolean keepCache) {}

    FuseAttributes attributes(String path) throws FuseException {
        PathNode node = tree.refresh(path);
        try {
            OpenVersions.Version version = versions.at(path);
            return version == null ? node.attributes() : version.node().attributes();
        } finally {
            node.unclaim();
        }
    }

    FuseAttributes attributes(long handle) throws FuseException {
        OpenVersions.Version version = files.get(handle);
        if (version == null) {
            throw new FuseException(Errno.EBADF);
        }
        return version.node().attributes();
    }

    String readLink(String path) throws FuseException {
        PathNode node = tree.resolve(path);
        try {
            return PathTree.answered(fileSystem.readLink(node.inode(), Patience.WAIT));
        } finally {
            node.unclaim();
        }
    }

    Opened open(String path) throws FuseException {
        PathNode node = tree.resolve(path);
        OpenVersions.Version version;
        try {
            if (node.attributes().type() == FileType.DIRECTORY) {
                throw new FuseException(Errno.EISDIR);
            }
            version = versions.opening(path, node);
        } finally {
            node.unclaim();
        }
        boolean opened = false;
        try {
            OpenedFile file = PathTree.answered(fileSystem.open(version.node().inode(), Patience.WAIT));
            files.put(file.handle(), version);
            opened = true;
            return new Opened(file.handle(), file.keepCache() && version.settled());
        } finally {
            if (!opened) {
                versions.closing(version);
            }
        }
    }

    int read(long handle, long offset, int length, MemorySegment into) throws FuseException {
        OpenVersions.Version version = files.get(handle);
        if (version == null) {
            throw new FuseException(Errno.EBADF);
        }
        version.settle();
        return fileSystem.read(handle, offset, length, into, 0, Patience.WAIT);
    }

    void release(long handle) {
        OpenVersions.Version version = files.remove(handle);
        if (version != null) {
            version.settle();
            fileSystem.release(handle);
            versions.closing(version);
        }
    }

    long openDirectory(String path) throws FuseException {
        PathNode node = tree.resolve(path);
        boolean opened = false;
        try {
            OpenedDirectory directory = PathTree.answered(fileSystem.openDirectory(node.inode(), Patience.WAIT));
            directories.put(directory.handle(), node);
            opened = true;
            return directory.handle();
        } finally {
            if (!opened) {
                node.unclaim();
            }
        }
    }

    void readDirectory(long handle, long cookie, DirectorySink sink) throws FuseException {
        if (!fileSystem.readDirectory(handle, cookie, sink, Patience.WAIT)) {
            throw new IllegalStateException("the file system did not answer although it may wait");
        }
    }

    void releaseDirectory(long handle) {
        PathNode node = directories.remove(handle);
        if (node != null) {
            fileSystem.releaseDirectory(handle);
            node.unclaim();
        }
    }

    void forget(long inode) {
        fileSystem.forget(inode, 1);
    }

    FuseStatistics statistics() {
        return fileSystem.statistics();
    }

    /** Releases what the kernel has left open, which it does when a mount is aborted, and forgets every inode. */
    @Override
    public void close() {
        files.keySet().forEach(this::release);
        directories.keySet().forEach(this::releaseDirectory);
        tree.close();
    }
}
