package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.Await;
import io.blobcache.e2e.rig.LoopDisk;
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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever the local disk does, a reader gets the right bytes: F-19 to F-23 and F-26 of the fault catalogue. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class DiskFaultTest {
    /** Blobs of one block and of several, complete and broken off: 18 files, 110 MB. */
    private static final long[] LENGTHS = {100_000, 4 << 20, 14_000_001};

    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(30);

    @RegisterExtension
    final Scratch scratch = new Scratch();

    @Test
    void aDiskSmallerThanWhatIsReadIsNoError() {
        Path tree = tree();
        Agent agent = onDisk(tree, LoopDisk.ext4(scratch, 64));

        check(agent, tree);
        check(agent, tree);

        assertThat(litter(agent.state())).isEmpty();
    }

    @Test
    void aDiskThatOthersFillIsNoError() {
        Path tree = tree();
        LoopDisk disk = LoopDisk.ext4(scratch, 192);
        Agent agent = onDisk(tree, disk);
        Shell.script("head -c 20000000 \"$1\"/* > /dev/null", agent.mount()).expectSuccess();

        disk.fill();

        check(agent, tree);
        check(agent, tree);
        assertThat(litter(agent.state())).isEmpty();
    }

    @Test
    void aDiskWithoutInodesIsNoError() {
        Path tree = Tree.random(scratch.directory("tree"), 2_000, 1, 3_000);
        Agent agent = onDisk(tree, LoopDisk.ext4(scratch, 64, "-N", "512"));

        check(agent, tree);
        check(agent, tree);
    }

    @Test
    void aDiskThatTheKernelMadeReadOnlyIsNoError() {
        Path tree = tree();
        LoopDisk disk = LoopDisk.ext4(scratch, 256);
        Agent agent = onDisk(tree, disk);
        Shell.script("cat \"$1/f0\" \"$1/f1\" > /dev/null", agent.mount()).expectSuccess();

        disk.fail();
        check(agent, tree);
        agent.forgetPages();

        check(agent, tree);
    }

    /** Without passthrough: an error that the kernel meets while it reads in our stead goes to the reader. */
    @Test
    void aDiskThatFailsOnMediumErrorsIsNoError() {
        Path tree = tree();
        LoopDisk disk = LoopDisk.ext4(scratch, 256);
        S3Server server = new S3Server(scratch, tree);
        Agent agent = server.plan(scratch)
                .state(disk.path("state"))
                .config("fuse:\n  passthrough: false\n")
                .start();
        check(agent, tree);
        settle(agent);
        Shell.run("sync", "-f", disk.path("").toString()).expectSuccess();

        // What lies behind the end of the device's file now answers EIO.
        Shell.run("truncate", "-s", "40M", disk.image().toString()).expectSuccess();
        agent.forgetPages();

        check(agent, tree);
        agent.forgetPages();
        check(agent, tree);
    }

    /** Every third call on a data file fails. The JVM reads its own classes by the same calls: those are let through. */
    @Test
    void aDiskWithEveryThirdCallFailingIsNoError() {
        Path tree = tree();
        S3Server server = new S3Server(scratch, tree);
        Agent agent =
                server.plan(scratch).config("fuse:\n  passthrough: false\n").start();
        check(agent, tree);
        settle(agent);
        agent.stop();
        List<String> files = emptied(agent.state());
        agent.restart();
        Process injector = inject(agent.pid(), "pread64,preadv2,pwrite64:error=EIO:when=3+3", files);

        check(agent, tree);
        agent.forgetPages();
        check(agent, tree);

        Await.until(
                "a call of the disk has failed",
                SETTLED_WITHIN,
                () -> agent.counter("blobcache_device_errors_total{tier=\"disk\"}") > 0);
        assertThat(injector.isAlive()).as("strace is still attached").isTrue();
    }

    @Test
    void aRemovedStateDirectoryIsNoError() {
        Path tree = tree();
        // Blocks that memory keeps are not offered to the disk again.
        Agent agent =
                Agent.of(scratch, tree).config("memory:\n  tierBytes: 0\n").start();
        Shell.script("cat \"$1/f0\" \"$1/f1\" \"$1/f2\" > /dev/null", agent.mount())
                .expectSuccess();

        Shell.run("rm", "-rf", agent.state().toString()).expectSuccess();
        check(agent, tree);
        agent.forgetPages();
        check(agent, tree);

        Await.until("the directory is used again", Duration.ofSeconds(90), () -> {
            agent.forgetPages();
            Shell.script("cat \"$1\"/f* > /dev/null", agent.mount()).expectSuccess();
            return dataFiles(agent.state()) > 0;
        });
    }

    @Test
    void dataFilesThatAreCutOrDeletedUnderTheAgentAreNoError() {
        Path tree = tree();
        Agent agent = Agent.of(scratch, tree).start();
        check(agent, tree);
        settle(agent);

        String spoil =
                "find \"$1\" -name '*.data' | sort | awk '{ print (NR % 2 ? \"C\" : \"D\") $0 }' | while read -r line; do"
                        + " case $line in C*) truncate -s 1000 \"${line#C}\";; D*) rm \"${line#D}\";; esac; done";
        Shell.script(spoil, agent.state()).expectSuccess();
        agent.forgetPages();

        check(agent, tree);
    }

    /** A reader that is in the middle of a file keeps what it opened, or has it fetched again. */
    @Test
    void aDataFileCutUnderAReaderCostsNothingButTime() {
        Path tree = tree();
        Agent agent =
                Agent.of(scratch, tree).config("fuse:\n  passthrough: false\n").start();
        String truth = Sha256.of(tree.resolve("f2"));
        check(agent, tree);
        settle(agent);
        agent.forgetPages();
        String script =
                "(head -c 5000000; sleep 1; find \"$2\" -name '*.data' -exec truncate -s 4096 {} +; cat) < \"$1\""
                        + " | sha256sum | cut -c1-64";

        String seen =
                Shell.script(script, agent.path("f2"), agent.state()).out().strip();

        assertThat(seen).isEqualTo(truth);
    }

    private Path tree() {
        return Tree.random(scratch.directory("tree"), 18, 7, LENGTHS);
    }

    private Agent onDisk(Path tree, LoopDisk disk) {
        return Agent.of(scratch, tree).state(disk.path("state")).start();
    }

    private void check(Agent agent, Path tree) {
        Sha256.check(agent.mount(), Sha256.list(tree, scratch.path("digests")));
    }

    /** The files of a state directory, which is emptied: so they are known before they are there. */
    private static List<String> emptied(Path state) {
        return Shell.script("find \"$1/blobs\" -type f -print -delete", state)
                .expectSuccess()
                .out()
                .lines()
                .toList();
    }

    /** @param what in strace's words: calls, a colon, what becomes of them if they concern one of {@code files} */
    private Process inject(long pid, String what, List<String> files) {
        String calls = what.substring(0, what.indexOf(':'));
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-qq", "-o", "/dev/null"));
        command.addAll(List.of("-e", "trace=" + calls, "-e", "inject=" + what, "-p", Long.toString(pid)));
        files.forEach(file -> command.addAll(List.of("-P", file)));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(scratch.path("strace.log").toFile());
        try {
            Process strace = builder.start();
            // SIGTERM: it detaches, the agent goes on.
            scratch.undo("stop strace", () -> {
                strace.destroy();
                strace.waitFor();
            });
            Await.until("strace is attached", SETTLED_WITHIN, () -> tracer(pid) == strace.pid());
            return strace;
        } catch (IOException e) {
            throw new AssertionError("strace is missing: apt-get install strace", e);
        }
    }

    private static long tracer(long pid) {
        return Long.parseLong(Shell.script("awk '/TracerPid/ { print $2 }' /proc/$1/status", pid)
                .expectSuccess()
                .out()
                .strip());
    }

    private static void settle(Agent agent) {
        long[] before = {-1};
        Await.until("the disk tier has written all it will", SETTLED_WITHIN, () -> {
            long used = agent.tier("disk").get("usedBytes").asLong();
            boolean same = used == before[0] && used > 0;
            before[0] = used;
            return same;
        });
    }

    private static long dataFiles(Path state) {
        return Long.parseLong(
                Shell.script("find \"$1\" -name '*.data' | wc -l", state).out().strip());
    }

    /** Files that a failed write has left: each is data or the sidecar of a blob, the lock, or a listing's. */
    private static String litter(Path state) {
        return Shell.script("find \"$1/blobs\" -type f ! -name '*.data' ! -name '*.meta'", state)
                .out();
    }
}
