package io.blobcache.e2e.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What one test leaves behind, taken away in the reverse order whatever happened: register it as an extension. When the
 * test has failed it prints the logs that were named.
 */
public final class Scratch implements BeforeEachCallback, AfterEachCallback {
    /** The end of a log is where the reason stands. */
    private static final int MAX_LOG_LINES = 60;

    /** Some tests leave a hundred thousand files. */
    private static final Duration DELETE_LIMIT = Duration.ofMinutes(10);

    private final Deque<Undo> undone = new ConcurrentLinkedDeque<>();
    private final List<Path> logs = new ArrayList<>();

    /** For a run that is interrupted. */
    private final Thread atShutdown = new Thread(() -> undoAll());

    private Path root = Path.of("/nowhere");

    private record Undo(String what, Action action) {}

    /** Something that takes away what was made. */
    @FunctionalInterface
    public interface Action {
        void run() throws Exception;
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        if (!Files.isWritable(Path.of("/dev/fuse")) || !"root".equals(System.getProperty("user.name"))) {
            throw new AssertionError("these tests mount: run them as root on a machine with /dev/fuse");
        }
        Runtime.getRuntime().addShutdownHook(atShutdown);
        root = Files.createTempDirectory("blobcache-e2e-");
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        undo(
                "delete " + root,
                () -> Shell.script(DELETE_LIMIT, "rm -rf --one-file-system \"$1\"", root)
                        .expectSuccess());
    }

    /** A path in this test's own directory; nothing stands there. */
    public Path path(String name) {
        return root.resolve(name);
    }

    public Path directory(String name) {
        try {
            return Files.createDirectories(root.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path file(String name, String text) {
        try {
            Path file = root.resolve(name);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void undo(String what, Action action) {
        undone.push(new Undo(what, action));
    }

    public void printWhenFailed(Path log) {
        logs.add(log);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            logs.forEach(Scratch::print);
        }
        Runtime.getRuntime().removeShutdownHook(atShutdown);
        AssertionError failed = undoAll();
        if (failed != null) {
            throw failed;
        }
    }

    /** All of it, also when some of it fails. */
    private @Nullable AssertionError undoAll() {
        AssertionError failed = null;
        for (Undo undo = undone.poll(); undo != null; undo = undone.poll()) {
            try {
                undo.action().run();
            } catch (Exception | AssertionError e) {
                AssertionError next = new AssertionError("could not " + undo.what(), e);
                if (failed != null) {
                    next.addSuppressed(failed);
                }
                failed = next;
            }
        }
        return failed;
    }

    private static void print(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            System.err.println("--- " + log);
            lines.subList(Math.max(0, lines.size() - MAX_LOG_LINES), lines.size())
                    .forEach(System.err::println);
        } catch (IOException e) {
            System.err.println("--- " + log + " cannot be read: " + e);
        }
    }
}
