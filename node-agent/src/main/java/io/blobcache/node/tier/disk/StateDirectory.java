package io.blobcache.node.tier.disk;

import io.blobcache.node.model.BlobId;
import io.blobcache.node.tier.disk.StateDirectoryException.Reason;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
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
    private final Path root;
    private final String blobs;
    private volatile StateLock lock;
    private volatile boolean remade;

    private StateDirectory(Path root, StateLock lock) {
        this.root = root;
        this.blobs = root.resolve("blobs").toString();
        this.lock = lock;
    }

    static StateDirectory open(Path root) throws StateDirectoryException {
        try {
            createDirectories(root);
            return new StateDirectory(root, StateLock.take(root));
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

    /** Makes the directory of a blob; not those above it, so that their disappearance is noticed. */
    void createBucket(BlobId id) throws IOException {
        Path bucket = bucket(bucketOf(id));
        if (!Files.isDirectory(bucket, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Files.createDirectory(bucket, PRIVATE_DIRECTORY);
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(bucket, LinkOption.NOFOLLOW_LINKS)) {
                    throw e;
                }
            }
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
        if (createDirectories(root)) {
            remade = true;
        }
        if (!lock.standsAt(root)) {
            StateLock before = lock;
            lock = StateLock.take(root);
            before.close();
        }
    }

    /** Whether the directory was made anew, and so is empty, since this was last asked. */
    boolean takeRemade() {
        boolean was = remade;
        remade = false;
        return was;
    }

    @Override
    public void close() {
        lock.close();
    }

    private String path(BlobId id, String suffix) {
        String hex = id.hex();
        return blobs + '/' + hex.substring(0, 2) + '/' + hex + suffix;
    }

    /** @return whether the directory of the blobs was not there */
    private static boolean createDirectories(Path root) throws IOException {
        Files.createDirectories(root.toAbsolutePath(), PRIVATE_DIRECTORY);
        Path blobs = root.resolve("blobs");
        if (Files.isDirectory(blobs, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        Files.createDirectory(blobs, PRIVATE_DIRECTORY);
        return true;
    }
}
