package io.blobcache.node.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which agent serves which mount: one small file for each, readable by its owner only. {@code stat} and {@code unmount}
 * find the agent through it without touching the mount, so that a dead mount cannot hold them up. A file whose process is
 * gone counts as absent.
 */
final class MountRegistry {
    private static final JsonFactory JSON = new JsonFactory();

    /** A path may have 4,096 bytes; a file of this registry has three of them. */
    private static final int MAX_BYTES = 64 << 10;

    private final List<Path> directories;

    /** @param directories where entries may be; the first that can be written to gets the new ones */
    MountRegistry(List<Path> directories) {
        this.directories = List.copyOf(directories);
    }

    /** @param started tells the process from a later one with the same id */
    record Entry(long pid, Instant started, int adminPort, String directory, String source, String state) {

        Optional<ProcessHandle> process() {
            return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::sameStart);
        }

        /** Where the system does not tell when a process started, its id has to do. */
        private boolean sameStart(ProcessHandle process) {
            return process.info().startInstant().map(started::equals).orElse(true);
        }
    }

    static MountRegistry ofThisUser(Map<String, String> environment) {
        List<Path> directories = new ArrayList<>();
        String chosen = environment.getOrDefault("BLOBCACHE_RUN_DIR", "");
        if (!chosen.isEmpty()) {
            return new MountRegistry(List.of(Path.of(chosen)));
        }
        if ("root".equals(System.getProperty("user.name"))) {
            directories.add(Path.of("/run/blobcache"));
        }
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (!runtime.isEmpty()) {
            directories.add(Path.of(runtime, "blobcache"));
        }
        directories.add(Path.of(System.getProperty("user.home"), ".cache", "blobcache", "run"));
        return new MountRegistry(directories);
    }

    /** @throws IOException if no directory can be written to */
    Path add(Entry entry) throws IOException {
        IOException last = new IOException("no runtime directory");
        for (Path directory : directories) {
            try {
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                Path written = Files.createTempFile(directory, ".new", ".json");
                Files.writeString(written, json(entry));
                return Files.move(
                        written,
                        directory.resolve(name(entry.directory())),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                last = new IOException(
                        "runtime directory %s cannot be written: set XDG_RUNTIME_DIR".formatted(directory), e);
            }
        }
        throw last;
    }

    void remove(String directory) throws IOException {
        for (Path candidate : directories) {
            Files.deleteIfExists(candidate.resolve(name(directory)));
        }
    }

    /** The living agent of a mount. */
    Optional<Entry> find(Path directory) throws IOException {
        for (Path candidate : directories) {
            Optional<Entry> entry = living(candidate.resolve(name(directory.toString())));
            if (entry.isPresent()) {
                return entry;
            }
        }
        return Optional.empty();
    }

    /** All living agents of this user. */
    List<Entry> all() throws IOException {
        List<Entry> all = new ArrayList<>();
        for (Path directory : directories) {
            if (!Files.isDirectory(directory)) {
                continue;
            }
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.json")) {
                for (Path file : files) {
                    living(file).ifPresent(all::add);
                }
            }
        }
        return all;
    }

    private static Optional<Entry> living(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        Optional<Entry> entry = parse(file).filter(found -> found.process().isPresent());
        if (entry.isEmpty()) {
            Files.deleteIfExists(file);
        }
        return entry;
    }

    private static String json(Entry entry) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartObject();
            out.writeNumberField("pid", entry.pid());
            out.writeNumberField("startedMillis", entry.started().toEpochMilli());
            out.writeNumberField("adminPort", entry.adminPort());
            out.writeStringField("directory", entry.directory());
            out.writeStringField("source", entry.source());
            out.writeStringField("state", entry.state());
            out.writeEndObject();
        }
        return text + "\n";
    }

    /** A file that is not ours, damaged or half written names no agent. */
    private static Optional<Entry> parse(Path file) throws IOException {
        Map<String, String> fields = new HashMap<>();
        byte[] bytes;
        try (var stream = Files.newInputStream(file)) {
            bytes = stream.readNBytes(MAX_BYTES);
        }
        try (JsonParser parser = JSON.createParser(new String(bytes, StandardCharsets.UTF_8))) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.FIELD_NAME) {
                    String key = parser.currentName();
                    parser.nextToken();
                    fields.put(key, parser.getText());
                }
            }
            return Optional.of(new Entry(
                    Long.parseLong(fields.getOrDefault("pid", "")),
                    Instant.ofEpochMilli(Long.parseLong(fields.getOrDefault("startedMillis", ""))),
                    Integer.parseInt(fields.getOrDefault("adminPort", "")),
                    fields.getOrDefault("directory", ""),
                    fields.getOrDefault("source", ""),
                    fields.getOrDefault("state", "")));
        } catch (IOException | NumberFormatException _) {
            return Optional.empty();
        }
    }

    /** A directory's name may hold anything and be long; half of a SHA-256 is neither. */
    private static String name(String directory) {
        return digest(directory) + ".json";
    }

    static String digest(String text) {
        try {
            byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sha256, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
