package io.blobcache.node.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The files of the whole project, all modules: those that people write. */
final class Project {
    /** Surefire runs in the module; the project is around it. */
    static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    static final String AGENT = "node-agent/src/main/java/io/blobcache/node/";

    private Project() {}

    static List<SourceFile> javaFiles() {
        return files(".java").map(path -> SourceFile.of(name(path), read(path))).toList();
    }

    /** What the agent is made of, tests not included. */
    static List<SourceFile> agentFiles() {
        return javaFiles().stream()
                .filter(file -> file.path().startsWith(AGENT))
                .toList();
    }

    /** Files of the project with one of these endings. */
    static Stream<Path> files(String... endings) {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all
                    .filter(Files::isRegularFile)
                    .filter(path -> Arrays.stream(endings).anyMatch(path.toString()::endsWith))
                    .filter(path ->
                            Stream.of("/target/", "/.git/", "/node_modules/").noneMatch(path.toString()::contains))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String name(Path path) {
        return ROOT.relativize(path).toString();
    }

    static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
