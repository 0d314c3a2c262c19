package io.blobcache.node.store;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * The files of stored content: {@code <digest>} and beside it {@code <digest>.blocks}; what is not finished ends in
 * {@code .part}, what was found damaged in {@code .damaged}; an empty {@code <digest>.owed} stands for a copy that somebody else
 * should have. Thread-safe; one process at a time.
 */
final class StoreDirectory {
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final String LIST = ".blocks";
    private static final String PART = ".part";
    private static final String DAMAGED = ".damaged";
    private static final String OWED = ".owed";

    /** A list of 1 TiB has 8 MiB; the limit allows 32 TiB. */
    private static final int MAX_LIST_BYTES = 256 << 20;

    private final Path directory;
    private final AtomicLong parts = new AtomicLong();

    private StoreDirectory(Path directory) {
        this.directory = directory;
    }

    /** Creates it if need be, and removes what uploads have left that a crash cut off. */
    static StoreDirectory open(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(directory, "*" + PART)) {
            for (Path part : parts) {
                Files.deleteIfExists(part);
            }
        }
        return new StoreDirectory(directory);
    }

    static boolean isDigest(String name) {
        return DIGEST.matcher(name).matches();
    }

    Path path() {
        return directory;
    }

    Path file(String digest) {
        return directory.resolve(digest);
    }

    /** What is stored, with its length. */
    Map<String, Long> contents() throws IOException {
        Map<String, Long> contents = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (isDigest(name)) {
                    contents.put(name, Files.size(file));
                }
            }
        }
        return contents;
    }

    /** A name that nothing has. */
    Path newPart() {
        return directory.resolve(parts.incrementAndGet() + PART);
    }

    /**
     * Makes content that is written and synced appear under its digest, with its list. Durable when it returns. The list
     * comes first: there is no moment in which content stands without one.
     */
    void publish(Path part, String digest, BlockList list) throws IOException {
        writeList(digest, list);
        Files.move(part, file(digest), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        sync();
    }

    void writeList(String digest, BlockList list) throws IOException {
        Path part = newPart();
        try {
            try (FileChannel out = FileChannel.open(part, CREATE_NEW, WRITE)) {
                ByteBuffer bytes = list.encoded();
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(part, listOf(digest), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** @return empty if there is none, or none that is whole */
    Optional<BlockList> readList(String digest) throws IOException {
        try (var in = Files.newInputStream(listOf(digest))) {
            return BlockList.decode(in.readNBytes(MAX_LIST_BYTES));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** Durable when it returns. */
    void owe(String digest) throws IOException {
        Files.write(directory.resolve(digest + OWED), new byte[0]);
        sync();
    }

    void settle(String digest) throws IOException {
        Files.deleteIfExists(directory.resolve(digest + OWED));
    }

    /** Digests of all marks, of content that is no longer here too. */
    List<String> owed() throws IOException {
        List<String> owed = new ArrayList<>();
        try (DirectoryStream<Path> marks = Files.newDirectoryStream(directory, "*" + OWED)) {
            for (Path mark : marks) {
                String name = mark.getFileName().toString();
                owed.add(name.substring(0, name.length() - OWED.length()));
            }
        }
        return owed;
    }

    /** Takes content out of service; a person may look at it. */
    void setAside(String digest) throws IOException {
        Files.move(file(digest), directory.resolve(digest + DAMAGED), StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(listOf(digest));
        sync();
    }

    private Path listOf(String digest) {
        return directory.resolve(digest + LIST);
    }

    private void sync() throws IOException {
        try (FileChannel entries = FileChannel.open(directory, READ)) {
            entries.force(true);
        }
    }
}
