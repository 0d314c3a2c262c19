package io.blobcache.node.fuse;

import io.blobcache.node.posix.Errno;
import io.blobcache.node.posix.Posix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Serves a directory as it was when this was made, with the misbehaviour of a source on request: every call that may not
 * wait can be refused, every call that may can be held back. Counts what must be even in the end: opens and releases,
 * lookups and forgets.
 */
public final class TreeFileSystem implements FuseFileSystem {
    /** How the tree behaves. */
    public enum Mode {
        /** Everything is here. */
        HITS,
        /** Nothing is here: each first try has to be made again with patience. */
        BLOCKS,
        /** As HITS, and files come with their backing descriptor. */
        BACKED
    }

    private record Node(long inode, long parent, Path path, FuseAttributes attributes, Map<String, Node> children) {}

    /** Stands for all inodes that are being read. */
    private static final long READS = -1;

    private record OpenFile(long inode, int fd) {}

    private volatile Mode mode;
    private final Map<Long, Node> nodes = new ConcurrentHashMap<>();
    private final Map<Long, OpenFile> openFiles = new ConcurrentHashMap<>();
    private final Map<Long, Node> openDirectories = new ConcurrentHashMap<>();
    private final Map<Long, Long> lookups = new ConcurrentHashMap<>();
    private final AtomicLong lastInode = new AtomicLong();
    private final AtomicLong lastHandle = new AtomicLong();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong interrupts = new AtomicLong();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile LongPredicate held = inode -> true;
    private volatile @Nullable CountDownLatch gate;
    private volatile long believedMillis = FuseEntry.FOR_EVER;

    public TreeFileSystem(Path root, Mode mode) {
        this.mode = mode;
        scan(root, ROOT_INODE);
    }

    public void behave(Mode mode) {
        this.mode = mode;
    }

    /** From now on names, there or missing, are believed for so much longer. */
    public void believe(long millis) {
        this.believedMillis = millis;
    }

    /** From now on each call on one of these inodes waits until {@code gate} opens. */
    public void holdBack(CountDownLatch gate, LongPredicate inodes) {
        this.held = inodes;
        this.gate = gate;
    }

    /** From now on each read waits until {@code gate} opens, and nothing else does. */
    public void holdReadsBack(CountDownLatch gate) {
        holdBack(gate, inode -> inode == READS);
    }

    /** From now on nothing is held back any more; what waits already goes on waiting. */
    public void holdNothingBack() {
        this.gate = null;
    }

    /** Calls that wait at the gate in this moment. */
    public int waiting() {
        return waiting.get();
    }

    /** The inode of a path below the root. */
    public long inodeOf(String path) {
        Node node = nodes.get(ROOT_INODE);
        for (Path name : Path.of(path)) {
            node = node == null ? null : node.children.get(name.toString());
        }
        if (node == null) {
            throw new AssertionError("no such path: " + path);
        }
        return node.inode;
    }

    public int openHandles() {
        return openFiles.size() + openDirectories.size();
    }

    /** Lookups of the inode that have not been forgotten. */
    public long lookups(long inode) {
        return lookups.getOrDefault(inode, 0L);
    }

    /** Reads that came through the transport. */
    public long reads() {
        return reads.get();
    }

    /** Waits that were ended by an interrupt. */
    public long interrupts() {
        return interrupts.get();
    }

    @Override
    public @Nullable FuseEntry lookup(long parentInode, String name, Patience patience) throws FuseException {
        if (refuses(parentInode, patience)) {
            return null;
        }
        Node parent = node(parentInode);
        if (parent.attributes.type() != FileType.DIRECTORY) {
            throw new FuseException(Errno.ENOTDIR);
        }
        Node child = parent.children.get(name);
        if (child == null) {
            throw FuseException.missing(believedMillis);
        }
        lookups.merge(child.inode, 1L, Long::sum);
        return new FuseEntry(child.inode, child.attributes, believedMillis);
    }

    @Override
    public @Nullable FuseAttributes attributes(long inode, Patience patience) throws FuseException {
        return refuses(inode, patience) ? null : node(inode).attributes;
    }

    @Override
    public @Nullable String readLink(long inode, Patience patience) throws FuseException {
        if (refuses(inode, patience)) {
            return null;
        }
        Node node = node(inode);
        if (node.attributes.type() != FileType.SYMLINK) {
            throw new FuseException(Errno.EINVAL);
        }
        try {
            return Files.readSymbolicLink(node.path).toString();
        } catch (IOException e) {
            throw new FuseException(Errno.EIO);
        }
    }

    @Override
    public @Nullable OpenedFile open(long inode, Patience patience) throws FuseException {
        if (refuses(inode, patience)) {
            return null;
        }
        Node node = node(inode);
        if (node.attributes.type() != FileType.FILE) {
            throw new FuseException(Errno.EISDIR);
        }
        int fd = Posix.open(node.path.toString(), Posix.O_RDONLY, 0);
        if (fd < 0) {
            throw new FuseException(Errno.of(-fd));
        }
        long handle = lastHandle.incrementAndGet();
        openFiles.put(handle, new OpenFile(inode, fd));
        return new OpenedFile(handle, true, mode == Mode.BACKED ? fd : OpenedFile.NO_BACKING);
    }

    @Override
    public int read(long handle, long offset, int length, MemorySegment into, long intoOffset, Patience patience)
            throws FuseException {
        OpenFile file = openFiles.get(handle);
        if (file == null) {
            throw new FuseException(Errno.EBADF);
        }
        if (refuses(file.inode, patience) || refuses(READS, patience)) {
            return WOULD_BLOCK;
        }
        reads.incrementAndGet();
        int done = 0;
        while (done < length) {
            long copied = Posix.pread(file.fd, into, intoOffset + done, length - done, offset + done);
            if (copied < 0) {
                throw new FuseException(Errno.of((int) -copied));
            }
            if (copied == 0) {
                break;
            }
            done += (int) copied;
        }
        return done;
    }

    @Override
    public void release(long handle) {
        OpenFile file = openFiles.remove(handle);
        if (file != null) {
            Posix.close(file.fd);
        }
    }

    @Override
    public @Nullable OpenedDirectory openDirectory(long inode, Patience patience) throws FuseException {
        if (refuses(inode, patience)) {
            return null;
        }
        Node node = node(inode);
        if (node.attributes.type() != FileType.DIRECTORY) {
            throw new FuseException(Errno.ENOTDIR);
        }
        long handle = lastHandle.incrementAndGet();
        openDirectories.put(handle, node);
        return new OpenedDirectory(handle, true);
    }

    @Override
    public boolean readDirectory(long handle, long cookie, DirectorySink sink, Patience patience) throws FuseException {
        Node node = openDirectories.get(handle);
        if (node == null) {
            throw new FuseException(Errno.EBADF);
        }
        if (refuses(node.inode, patience)) {
            return false;
        }
        List<String> names = new ArrayList<>(List.of(".", ".."));
        names.addAll(node.children.keySet());
        for (long i = Math.max(cookie, 0); i < names.size(); i++) {
            String name = names.get((int) i);
            Node child = i == 0 ? node : i == 1 ? node(node.parent) : children(node, name);
            if (!add(sink, name, child, i + 1)) {
                break;
            }
            if (sink.wantsAttributes() && i > 1) {
                lookups.merge(child.inode, 1L, Long::sum);
            }
        }
        return true;
    }

    @Override
    public void releaseDirectory(long handle) {
        openDirectories.remove(handle);
    }

    @Override
    public void forget(long inode, long count) {
        lookups.computeIfPresent(inode, (number, known) -> known > count ? known - count : null);
    }

    @Override
    public FuseStatistics statistics() {
        return new FuseStatistics(1000, nodes.size(), 4096, 255);
    }

    private static boolean add(DirectorySink sink, String name, Node child, long nextCookie) {
        FileType type = child.attributes.type();
        return sink.wantsAttributes()
                ? sink.addWithAttributes(name, new FuseEntry(child.inode, child.attributes), type, nextCookie)
                : sink.add(name, child.inode, type, nextCookie);
    }

    private boolean refuses(long inode, Patience patience) throws FuseException {
        CountDownLatch latch = held.test(inode) ? gate : null;
        if (patience == Patience.NONE) {
            return mode == Mode.BLOCKS || latch != null;
        }
        if (latch != null) {
            waiting.incrementAndGet();
            try {
                latch.await();
            } catch (InterruptedException e) {
                interrupts.incrementAndGet();
                throw new FuseException(Errno.EINTR);
            } finally {
                waiting.decrementAndGet();
            }
        }
        return false;
    }

    private Node node(long inode) throws FuseException {
        Node node = nodes.get(inode);
        if (node == null) {
            throw new FuseException(Errno.ESTALE);
        }
        return node;
    }

    private static Node children(Node node, String name) throws FuseException {
        Node child = node.children.get(name);
        if (child == null) {
            throw new FuseException(Errno.EIO);
        }
        return child;
    }

    private Node scan(Path path, long parent) {
        long inode = lastInode.incrementAndGet();
        Map<String, Node> children = new TreeMap<>();
        try {
            Node node = new Node(inode, parent, path, attributes(path, inode), children);
            nodes.put(inode, node);
            if (node.attributes.type() == FileType.DIRECTORY) {
                try (Stream<Path> entries = Files.list(path)) {
                    entries.forEach(entry -> children.put(entry.getFileName().toString(), scan(entry, inode)));
                }
            }
            return node;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FuseAttributes attributes(Path path, long inode) throws IOException {
        PosixFileAttributes stat = Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        FileType type =
                stat.isDirectory() ? FileType.DIRECTORY : stat.isSymbolicLink() ? FileType.SYMLINK : FileType.FILE;
        Instant modified = stat.lastModifiedTime().toInstant();
        int permissions = 0;
        for (PosixFilePermission permission : stat.permissions()) {
            permissions |= 0400 >> permission.ordinal();
        }
        return new FuseAttributes(
                inode, type, stat.size(), modified.getEpochSecond(), modified.getNano(), permissions, 1, 0, 0);
    }
}
