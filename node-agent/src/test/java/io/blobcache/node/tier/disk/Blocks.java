package io.blobcache.node.tier.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What files take of the device, asked of stat(1) and du(1), not of us. */
final class Blocks {
    private Blocks() {}

    static long allocatedBytes(Path file) throws IOException {
        return 512 * Long.parseLong(output(List.of("stat", "-c", "%b", file.toString())));
    }

    /** Of regular files; directories take some too, which nobody can reserve. */
    static long allocatedBytesUnder(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            List<String> names =
                    files.filter(Files::isRegularFile).map(Path::toString).toList();
            if (names.isEmpty()) {
                return 0;
            }
            List<String> command = new java.util.ArrayList<>(List.of("stat", "-c", "%b"));
            command.addAll(names);
            return output(command).lines().mapToLong(Long::parseLong).sum() * 512;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static String output(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }
}
