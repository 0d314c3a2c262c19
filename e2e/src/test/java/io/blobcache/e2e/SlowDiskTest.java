package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.Await;
import io.blobcache.e2e.rig.FileReader;
import io.blobcache.e2e.rig.Mounts;
import io.blobcache.e2e.rig.S3Server;
import io.blobcache.e2e.rig.Scratch;
import io.blobcache.e2e.rig.Sha256;
import io.blobcache.e2e.rig.Shell;
import io.blobcache.e2e.rig.Tree;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A local disk that takes a second for each call, or for ever: F-24 and F-25 of the fault catalogue. strace holds the
 * agent's calls on the files of blobs, which is how a hung disk looks from a thread. Without passthrough: a read that
 * the kernel makes in our stead waits for the disk as any other program's does.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SlowDiskTest {
    /** Blobs of one block and of several: 16 files, 74 MB. */
    private static final long[] LENGTHS = {100_000, 4 << 20, 14_000_001, 300_000};

    private static final long SECOND_MICROS = 1_000_000;
    private static final long FOR_EVER_MICROS = 1_800 * SECOND_MICROS;

    /** What waits for the disk: not what the page cache answers (preadv2 with RWF_NOWAIT). */
    private static final String DISK_CALLS = "openat,pread64,pwrite64,fsync,unlink,fallocate,utimensat,ftruncate";

    /** Of what is 600 reads of the kernel, 75 by each of eight readers: a second each would be more. */
    private static final Duration READ_WITHIN = Duration.ofSeconds(60);

    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(30);

    /** Closing gives what is queued for a disk that hangs 5 s, and what is left to be said 2 s. */
    private static final Duration UNMOUNTED_WITHIN = Duration.ofSeconds(15);

    private static final int MAX_DISK_THREADS = 10;

    @RegisterExtension
    final Scratch scratch = new Scratch();

    @Test
    void aDiskThatTakesASecondForEachCallCostsATenthOfItAndNoWrongByte() {
        Path tree = tree();
        Agent agent = filled(tree);

        long misses = agent.tier("disk").get("misses").asLong();
        hold(agent, SECOND_MICROS);

        assertThat(timeOf(() -> check(agent, tree))).isLessThan(READ_WITHIN);
        assertThat(agent.tier("disk").get("misses").asLong())
                .as("blocks that it has and did not give in time")
                .isGreaterThan(misses);
        assertThat(diskThreads(agent)).isBetween(1L, (long) MAX_DISK_THREADS);
        agent.stop();
        assertThat(Mounts.mounted(agent.mount())).isFalse();
    }

    @Test
    void aDiskThatHangsForEverHoldsUpNeitherItsReadersNorOthersNorTheEnd() throws Exception {
        Path tree = tree();
        String coldTruth = Sha256.of(tree.resolve("cold"));
        Agent agent = filled(tree);
        Process disk = hold(agent, FOR_EVER_MICROS);

        try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> held = new ArrayList<>();
            for (int file = 0; file < 16; file++) {
                Path path = agent.path("f" + file);
                held.add(readers.submit(() -> FileReader.sha256(path)));
            }
            Future<String> other = readers.submit(() -> FileReader.sha256(agent.path("cold")));

            assertThat(other.get(READ_WITHIN.toSeconds(), TimeUnit.SECONDS)).isEqualTo(coldTruth);
            for (int file = 0; file < 16; file++) {
                assertThat(held.get(file).get(READ_WITHIN.toSeconds(), TimeUnit.SECONDS))
                        .isEqualTo(Sha256.of(tree.resolve("f" + file)));
            }
        }

        assertThat(diskThreads(agent)).isBetween(1L, (long) MAX_DISK_THREADS);
        Await.until("the disk is known to hang", SETTLED_WITHIN, () -> {
            agent.forgetPages();
            Shell.script("cat \"$1\"/f* > /dev/null", agent.mount()).expectSuccess();
            return !agent.tier("disk").get("condition").asText().equals("ok");
        });
        assertThat(timeOf(() -> check(agent, tree))).isLessThan(READ_WITHIN);
        assertThat(diskThreads(agent)).isLessThanOrEqualTo(MAX_DISK_THREADS);
        agent.process().destroy();
        Await.until("it is unmounted", UNMOUNTED_WITHIN, () -> !Mounts.mounted(agent.mount()));
        // A process ends when the last of its calls has: here and on a hung disk.
        disk.destroyForcibly();
        agent.awaitExit();
    }

    private Path tree() {
        Path tree = Tree.random(scratch.directory("tree"), 16, 11, LENGTHS);
        Tree.random(tree.resolve("cold"), 5_000_000, 99);
        return tree;
    }

    /** All but the file "cold" is on disk, next to nothing of it in memory. */
    private Agent filled(Path tree) {
        Agent agent = new S3Server(scratch, tree)
                .plan(scratch)
                .config("fuse:\n  passthrough: false\nmemory:\n  tierBytes: 4MiB\n")
                .start();
        long[] before = {-1};
        Await.until("every block is on disk", SETTLED_WITHIN, () -> {
            agent.forgetPages();
            Shell.script("cat \"$1\"/f* > /dev/null", agent.mount()).expectSuccess();
            long used = agent.tier("disk").get("usedBytes").asLong();
            boolean same = used == before[0] && used > 0;
            before[0] = used;
            return same;
        });
        agent.forgetPages();
        return agent;
    }

    private void check(Agent agent, Path tree) {
        Sha256.check(agent.mount(), Sha256.list(tree, scratch.path("digests")));
    }

    private static Duration timeOf(Runnable task) {
        long began = System.nanoTime();
        task.run();
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** Every call of the agent's on a file of a blob takes so long from now on. */
    private Process hold(Agent agent, long micros) {
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-qq", "-o", "/dev/null"));
        command.addAll(List.of("-e", "trace=" + DISK_CALLS));
        command.addAll(List.of("-e", "inject=" + DISK_CALLS + ":delay_enter=" + micros));
        String files = Shell.script("find \"$1\" -name '*.data' -o -name '*.meta'", agent.state())
                .expectSuccess()
                .out();
        files.lines().forEach(file -> command.addAll(List.of("-P", file)));
        command.addAll(List.of("-p", Long.toString(agent.pid())));
        try {
            Process strace = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(scratch.path("strace.log").toFile())
                    .start();
            scratch.printWhenFailed(scratch.path("strace.log"));
            scratch.undo("stop strace", () -> strace.destroyForcibly().waitFor());
            Await.until("strace is attached", SETTLED_WITHIN, () -> tracer(agent.pid()) == strace.pid());
            return strace;
        } catch (IOException e) {
            throw new AssertionError("strace is missing: apt-get install strace", e);
        }
    }

    private static long tracer(long pid) {
        return number("awk '/TracerPid/ { print $2 }' /proc/$1/status", pid);
    }

    private static long diskThreads(Agent agent) {
        return number("cat /proc/$1/task/*/comm | grep -c '^disk-read-'; true", agent.pid());
    }

    private static long number(String script, long pid) {
        return Long.parseLong(Shell.script(script, pid).expectSuccess().out().strip());
    }
}
