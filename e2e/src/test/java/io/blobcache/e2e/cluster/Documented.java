package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Project;
import io.blobcache.e2e.rig.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/** Commands of {@code docs/kubernetes.md}, run as they stand there, in the root of the project. */
final class Documented {
    /** Helm and kubectl give up after five minutes. */
    private static final Duration LIMIT = Duration.ofMinutes(6);

    private Documented() {}

    /** @param beginning of the one line that is meant */
    static Shell.Result run(String beginning) {
        return Shell.script(LIMIT, "cd \"$1\" && " + command(beginning), Project.root());
    }

    private static String command(String beginning) {
        try (var lines = Files.lines(Project.root().resolve("docs/kubernetes.md"))) {
            List<String> found =
                    lines.filter(line -> line.startsWith(beginning + " ")).toList();
            assertThat(found).as("lines that begin with " + beginning).hasSize(1);
            return found.getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
