package io.blobcache.node.source.s3;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A directory in which files are exchanged step by step as the kubelet does it for a volume of a Secret. */
final class MountedSecret {
    final Path directory;
    private int number;

    MountedSecret(Path directory) {
        this.directory = directory;
    }

    /** All steps, in the kubelet's order. */
    void exchange(Map<String, String> files) throws IOException {
        Path before = write(files);
        link(files);
        forget(before);
    }

    /**
     * The new files are there and count; names that are new lead nowhere yet.
     *
     * @return where the old ones are still
     */
    Path write(Map<String, String> files) throws IOException {
        Path data = directory.resolve("..data");
        Path before = Files.exists(data) ? data.toRealPath() : directory.resolve("..none");
        Path next = Files.createDirectory(directory.resolve("..2026_11_30." + number++));
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(next.resolve(file.getKey()), file.getValue());
        }
        Path link = Files.createSymbolicLink(directory.resolve("..data_tmp"), next.getFileName());
        Files.move(link, data, ATOMIC_MOVE, REPLACE_EXISTING);
        return before;
    }

    /** Names that are there lead to the new files, and no others are there. */
    void link(Map<String, String> files) throws IOException {
        for (String name : files.keySet()) {
            if (!Files.isSymbolicLink(directory.resolve(name))) {
                Files.createSymbolicLink(directory.resolve(name), Path.of("..data", name));
            }
        }
        for (Path name : list(directory)) {
            String text = name.getFileName().toString();
            if (!text.startsWith("..") && !files.containsKey(text)) {
                Files.delete(name);
            }
        }
    }

    void forget(Path before) throws IOException {
        if (Files.isDirectory(before)) {
            for (Path file : list(before)) {
                Files.delete(file);
            }
            Files.delete(before);
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
