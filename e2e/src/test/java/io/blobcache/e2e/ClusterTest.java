package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.blobcache.e2e.rig.Await;
import io.blobcache.e2e.rig.Mounts;
import io.blobcache.e2e.rig.Project;
import io.blobcache.e2e.rig.Scratch;
import io.blobcache.e2e.rig.Sha256;
import io.blobcache.e2e.rig.Shell;
import io.blobcache.e2e.rig.Tree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code blobcache cluster}: agents that share a source on one machine, and nothing left behind. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ClusterTest {
    private static final int NODES = 3;
    private static final Duration LIMIT = Duration.ofSeconds(90);

    @RegisterExtension
    final Scratch scratch = new Scratch();

    private Path tree;
    private Path directory;
    private Path log;

    @BeforeEach
    void source() {
        tree = Tree.random(scratch.directory("tree"), 9, 1, 3_000_000);
        directory = scratch.path("cluster");
        log = scratch.path("cluster.log");
    }

    @Test
    void aClusterServesUntilItIsInterruptedAndLeavesNothing() throws IOException {
        Path digests = Sha256.list(tree, scratch.path("digests"));
        Process cluster = start();
        Await.until("the cluster stands", LIMIT, () -> said().contains("Ctrl-C ends them all"));

        for (int node = 1; node <= NODES; node++) {
            Sha256.check(mount(node), digests);
        }
        assertThat(receivedFromPeers(mount(NODES))).isPositive();
        assertThat(run("cluster", "--nodes", "2", "--dir", directory.toString(), "dir:" + tree))
                .satisfies(second -> {
                    assertThat(second.exitCode()).isEqualTo(ExitCodes.ALREADY_MOUNTED);
                    assertThat(second.err()).contains("--dir");
                });
        // One that was killed leaves its mount behind: the cluster takes it away too.
        Shell.script("pkill -9 -f \"$1/node-2/state\"", directory).expectSuccess();
        Shell.run("kill", "-INT", Long.toString(cluster.pid())).expectSuccess();

        Await.until("the cluster ends", LIMIT, () -> !cluster.isAlive());
        for (int node = 1; node <= NODES; node++) {
            assertThat(Mounts.mounted(mount(node))).as("node %d", node).isFalse();
        }
        assertThat(Shell.script("pgrep -f \"$1/node-\"", directory).out()).isEmpty();
    }

    @Test
    void aClusterWhoseMountsAreGoneEnds() throws IOException {
        Process cluster = start();
        Await.until("the cluster stands", LIMIT, () -> said().contains("Ctrl-C ends them all"));

        for (int node = 1; node <= NODES; node++) {
            run("unmount", mount(node).toString()).expectSuccess();
        }

        Await.until("the cluster ends", LIMIT, () -> !cluster.isAlive());
        assertThat(cluster.exitValue()).isZero();
    }

    @Test
    void aSourceThatIsMissingIsNamedAndNothingIsLeft() {
        Shell.Result result = run("cluster", "--dir", directory.toString(), "dir:" + scratch.path("nowhere"));

        assertThat(result.exitCode()).isEqualTo(ExitCodes.SOURCE_MISSING);
        assertThat(result.err()).startsWith("blobcache: node-1: ").contains("check the path");
        assertThat(Mounts.mounted(mount(1))).isFalse();
    }

    private Process start() throws IOException {
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(Project.agent(
                List.of(),
                "cluster",
                "--nodes",
                Integer.toString(NODES),
                "--dir",
                directory.toString(),
                "dir:" + tree));
        scratch.printWhenFailed(log);
        Process process = new ProcessBuilder(command)
                .redirectOutput(Redirect.appendTo(log.toFile()))
                .redirectErrorStream(true)
                .start();
        scratch.undo("end the cluster", () -> {
            process.destroyForcibly();
            for (int node = 1; node <= NODES; node++) {
                Mounts.clear(mount(node));
            }
            Shell.script("pkill -9 -f \"$1/node-\"", directory);
        });
        return process;
    }

    private static long receivedFromPeers(Path mount) throws IOException {
        String status = run("stat", mount.toString(), "--output", "json")
                .expectSuccess()
                .out();
        return new ObjectMapper()
                .readTree(status)
                .get("mesh")
                .get("receivedBytes")
                .asLong();
    }

    private Path mount(int node) {
        return directory.resolve("node-" + node).resolve("mnt");
    }

    private String said() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Shell.Result run(String... arguments) {
        return Shell.run(LIMIT, Map.of(), Project.agent(List.of(), arguments));
    }
}
