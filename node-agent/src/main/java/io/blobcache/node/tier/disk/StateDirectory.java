package io.blobcache.node.tier.disk;

import io.blobcache.node.model.BlobId;
import io.blobcache.node.tier.disk.StateDirectoryException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of the disk tier are: {@code blobs/ab/<64 hex digits>.data} and {@code .meta} under the state
 * directory, 256 buckets by the first byte of the id. Directories are 0700 and files 0600. One agent at a time: a lock
 * on the file {@code lock} is held while this is open, and the kernel drops it when the process dies.
 */
final class StateDirectory implements AutoCloseable {
    static final int BUCKETS = 256;
    static final String DATA = ".data";
    static final String SIDECAR = ".meta";

    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path root;
    private final String blobs;
    private volatile Lock lock;

    /** @param key tells whether the file at the path is still the one that is locked */
    private record Lock(FileChannel channel, @Nullable Object key) {}

    private StateDirectory(Path root, Lock lock) {
        this.root = root;
        this.blobs = root.resolve("blobs").toString();
        this.lock = lock;
    }

    static StateDirectory open(Path root) throws StateDirectoryException {
        try {
            createDirectories(root);
            return new StateDirectory(root, lock(root));
        } catch (StateDirectoryException e) {
            throw e;
        } catch (IOException e) {
            throw new StateDirectoryException(
                    Reason.NOT_WRITABLE,
                    "state directory %s cannot be written (%s): give this user write permission or choose another --state"
                            .formatted(root, e.getClass().getSimpleName()),
                    e);
        }
    }

    Path root() {
        return root;
    }

    String data(BlobId id) {
        return path(id, DATA);
    }

    String sidecar(BlobId id) {
        return path(id, SIDECAR);
    }

    Path bucket(int bucket) {
        return Path.of(blobs, "%02x".formatted(bucket));
    }

    static int bucketOf(BlobId id) {
        return (int) (id.word0() >>> 56);
    }

    /** Makes the directory of a blob, and those above it if somebody has removed them. */
    void createBucket(BlobId id) throws IOException {
        createDirectories(root);
        Path bucket = bucket(bucketOf(id));
        if (!Files.isDirectory(bucket, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(bucket, PRIVATE_DIRECTORY);
        }
    }

    /** Ids of the blobs of a bucket, known by either of their files; empty if it cannot be listed. */
    Set<BlobId> list(int bucket) {
        Set<BlobId> ids = new LinkedHashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(bucket(bucket))) {
            for (Path file : files) {
                BlobId id = idOf(file.getFileName().toString());
                if (id != null) {
                    ids.add(id);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return ids; // Not there yet, or the device fails: then whoever reads from it finds out.
        }
        return ids;
    }

    private static @Nullable BlobId idOf(String name) {
        int digits = 2 * BlobId.BYTES;
        boolean ours = name.length() == digits + DATA.length() && (name.endsWith(DATA) || name.endsWith(SIDECAR));
        try {
            return ours ? BlobId.ofHex(name.substring(0, digits)) : null;
        } catch (IllegalArgumentException e) {
            return null; // Somebody else's file: not ours to touch.
        }
    }

    /** Unlinks both files of a blob, the sidecar first: data without a sidecar says nothing. */
    boolean removeFiles(BlobId id) {
        boolean sidecarGone = remove(sidecar(id));
        return remove(data(id)) && sidecarGone;
    }

    /** @return whether there is no such file now */
    private static boolean remove(String path) {
        try {
            Files.deleteIfExists(Path.of(path));
            return true;
        } catch (IOException e) {
            return !Files.exists(Path.of(path), LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** After the directory was away: makes it again and takes the lock of the new one. */
    void recreate() throws IOException {
        createDirectories(root);
        Path file = root.resolve("lock");
        if (!Files.exists(file) || !sameFile(file)) {
            Lock before = lock;
            lock = lock(root);
            before.channel().close();
        }
    }

    @Override
    public void close() throws IOException {
        lock.channel().close();
    }

    private boolean sameFile(Path file) throws IOException {
        Object key = lock.key();
        return key != null && key.equals(keyOf(file));
    }

    private static @Nullable Object keyOf(Path file) throws IOException {
        return Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class)
                .fileKey();
    }

    private String path(BlobId id, String suffix) {
        String hex = id.hex();
        return blobs + '/' + hex.substring(0, 2) + '/' + hex + suffix;
    }

    private static void createDirectories(Path root) throws IOException {
        Files.createDirectories(root.toAbsolutePath(), PRIVATE_DIRECTORY);
        Path blobs = root.resolve("blobs");
        if (!Files.isDirectory(blobs, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(blobs, PRIVATE_DIRECTORY);
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // Closed in close(), or here when the lock is not ours.
    private static Lock lock(Path root) throws IOException {
        Path file = root.resolve("lock");
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                PRIVATE_FILE);
        IOException cause = new IOException("the lock is held");
        try {
            FileLock taken = channel.tryLock();
            if (taken != null) {
                return new Lock(channel, keyOf(file));
            }
        } catch (OverlappingFileLockException e) {
            cause = new IOException("the lock is held by this process", e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new StateDirectoryException(
                Reason.IN_USE,
                "state directory %s is in use by another agent: stop it or choose another --state".formatted(root),
                cause);
    }
}
