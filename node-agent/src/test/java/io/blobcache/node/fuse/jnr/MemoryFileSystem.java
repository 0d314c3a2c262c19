package io.blobcache.node.fuse.jnr;

import io.blobcache.node.fuse.DirectorySink;
import io.blobcache.node.fuse.FileType;
import io.blobcache.node.fuse.FuseAttributes;
import io.blobcache.node.fuse.FuseEntry;
import io.blobcache.node.fuse.FuseException;
import io.blobcache.node.fuse.FuseFileSystem;
import io.blobcache.node.fuse.FuseStatistics;
import io.blobcache.node.fuse.OpenedDirectory;
import io.blobcache.node.fuse.OpenedFile;
import io.blobcache.node.fuse.Patience;
import io.blobcache.node.posix.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A tree in memory that counts lookups and forgets, and whose reads can be held up. */
final class MemoryFileSystem implements FuseFileSystem {
    /** A path ends in a slash, in {@code @} for a link, or names a file. */
    private record Node(long inode, FileType type, MemorySegment bytes) {}

    private final Map<String, Node> nodes = new TreeMap<>();
    private final Map<Long, String> pathOf = new ConcurrentHashMap<>();
    private final Map<Long, Node> byInode = new ConcurrentHashMap<>();
    private final Map<Long, Node> files = new ConcurrentHashMap<>();
    private final Map<Long, String> directories = new ConcurrentHashMap<>();
    private final Map<Long, Long> lookupCounts = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong(ROOT_INODE);

    /** What stat shows of every node. */
    static final String MODIFIED = "2023-11-14T22:13:20.000000123Z";

    final AtomicLong lookups = new AtomicLong();
    final AtomicLong opens = new AtomicLong();

    /** What every open fails with; {@code UNKNOWN} for none. */
    volatile Errno openFailure = Errno.UNKNOWN;

    /** Reads that are being held up. */
    final AtomicLong waiting = new AtomicLong();

    /** Reads of files of this name wait until the latch is down. */
    volatile String heldName = "";

    volatile CountDownLatch held = new CountDownLatch(0);

    MemoryFileSystem() {
        put("", FileType.DIRECTORY, new byte[0]);
    }

    MemoryFileSystem directory(String path) {
        return put(path, FileType.DIRECTORY, new byte[0]);
    }

    /** A second call with the same path makes a new version: another inode. */
    MemoryFileSystem file(String path, byte[] bytes) {
        return put(path, FileType.FILE, bytes);
    }

    MemoryFileSystem link(String path, String target) {
        return put(path, FileType.SYMLINK, target.getBytes(StandardCharsets.UTF_8));
    }

    synchronized MemoryFileSystem remove(String path) {
        nodes.remove(path);
        return this;
    }

    private synchronized MemoryFileSystem put(String path, FileType type, byte[] bytes) {
        Node node = new Node(numbers.getAndIncrement(), type, MemorySegment.ofArray(bytes));
        nodes.put(path, node);
        pathOf.put(node.inode(), path);
        byInode.put(node.inode(), node);
        return this;
    }

    synchronized long inodeOf(String path) {
        Node node = nodes.get(path);
        return node == null ? 0 : node.inode();
    }

    /** The sum of all lookup counts: 0 when everything was forgotten. */
    long remembered() {
        return lookupCounts.values().stream().mapToLong(Long::longValue).sum();
    }

    long openHandles() {
        return (long) files.size() + directories.size();
    }

    @Override
    public synchronized FuseEntry lookup(long parentInode, String name, Patience patience) throws FuseException {
        lookups.incrementAndGet();
        if (known(parentInode).type() != FileType.DIRECTORY) {
            throw new FuseException(Errno.ENOTDIR);
        }
        String parent = path(parentInode);
        Node node = nodes.get(parent.isEmpty() ? name : parent + "/" + name);
        if (node == null) {
            throw new FuseException(Errno.ENOENT);
        }
        lookupCounts.merge(node.inode(), 1L, Long::sum);
        return new FuseEntry(node.inode(), attributes(node));
    }

    @Override
    public FuseAttributes attributes(long inode, Patience patience) throws FuseException {
        return attributes(known(inode));
    }

    @Override
    public String readLink(long inode, Patience patience) throws FuseException {
        return new String(known(inode).bytes().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    @Override
    public OpenedFile open(long inode, Patience patience) throws FuseException {
        opens.incrementAndGet();
        if (openFailure != Errno.UNKNOWN) {
            throw new FuseException(openFailure);
        }
        long handle = numbers.getAndIncrement();
        files.put(handle, known(inode));
        return new OpenedFile(handle, true, OpenedFile.NO_BACKING);
    }

    @Override
    public int read(long handle, long offset, int length, MemorySegment into, long intoOffset, Patience patience)
            throws FuseException {
        Node node = files.get(handle);
        if (node == null) {
            throw new FuseException(Errno.EBADF);
        }
        if (path(node.inode()).equals(heldName)) {
            awaitRelease();
        }
        int copied = (int) Math.max(0, Math.min(length, node.bytes().byteSize() - offset));
        if (copied > 0) {
            MemorySegment.copy(node.bytes(), offset, into, intoOffset, copied);
        }
        return copied;
    }

    private void awaitRelease() throws FuseException {
        waiting.incrementAndGet();
        try {
            if (!held.await(60, TimeUnit.SECONDS)) {
                throw new FuseException(Errno.ETIMEDOUT);
            }
        } catch (InterruptedException e) {
            throw new FuseException(Errno.EINTR);
        } finally {
            waiting.decrementAndGet();
        }
    }

    @Override
    public void release(long handle) {
        files.remove(handle);
    }

    @Override
    public OpenedDirectory openDirectory(long inode, Patience patience) throws FuseException {
        if (known(inode).type() != FileType.DIRECTORY) {
            throw new FuseException(Errno.ENOTDIR);
        }
        long handle = numbers.getAndIncrement();
        directories.put(handle, path(inode));
        return new OpenedDirectory(handle, false);
    }

    /** The cookie is the position in the sorted listing. */
    @Override
    public synchronized boolean readDirectory(long handle, long cookie, DirectorySink sink, Patience patience)
            throws FuseException {
        String directory = directories.get(handle);
        if (directory == null) {
            throw new FuseException(Errno.EBADF);
        }
        List<String> names = new ArrayList<>(List.of(".", ".."));
        nodes.keySet().stream()
                .filter(path -> !path.isEmpty() && parentOf(path).equals(directory))
                .map(path -> path.substring(directory.isEmpty() ? 0 : directory.length() + 1))
                .forEach(names::add);
        for (int i = (int) cookie; i < names.size(); i++) {
            String name = names.get(i);
            Node child = nodes.get(directory.isEmpty() ? name : directory + "/" + name);
            long inode = child == null ? ROOT_INODE : child.inode();
            FileType type = child == null ? FileType.DIRECTORY : child.type();
            if (!sink.add(name, inode, type, i + 1L)) {
                break;
            }
        }
        return true;
    }

    @Override
    public void releaseDirectory(long handle) {
        directories.remove(handle);
    }

    @Override
    public void forget(long inode, long count) {
        long left = lookupCounts.merge(inode, -count, Long::sum);
        if (left < 0) {
            throw new IllegalStateException("inode " + inode + " forgotten more often than looked up");
        }
    }

    @Override
    public FuseStatistics statistics() {
        return new FuseStatistics(1000, nodes.size(), 4096, 255);
    }

    private static String parentOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    private String path(long inode) {
        return pathOf.getOrDefault(inode, "");
    }

    /** An inode that is not looked up is not known: the transport must hold its claim as long as it uses it. */
    private Node known(long inode) throws FuseException {
        Node node = byInode.get(inode);
        if (node == null || (inode != ROOT_INODE && lookupCounts.getOrDefault(inode, 0L) == 0)) {
            throw new FuseException(Errno.ESTALE);
        }
        return node;
    }

    private static FuseAttributes attributes(Node node) {
        int permissions = node.type() == FileType.DIRECTORY ? 0555 : 0444;
        return new FuseAttributes(
                node.inode(), node.type(), node.bytes().byteSize(), 1_700_000_000L, 123, permissions, 1, 0, 0);
    }

    /** Bytes that differ from page to page and from seed to seed. */
    static byte[] pattern(int lengthBytes, int seed) {
        byte[] bytes = new byte[lengthBytes];
        for (int i = 0; i < lengthBytes; i++) {
            bytes[i] = (byte) (seed * 31 + i / 4096 * 7 + i);
        }
        return bytes;
    }
}
