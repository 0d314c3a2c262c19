package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.Await;
import io.blobcache.e2e.rig.FileReader;
import io.blobcache.e2e.rig.Mounts;
import io.blobcache.e2e.rig.Project;
import io.blobcache.e2e.rig.Scratch;
import io.blobcache.e2e.rig.Sha256;
import io.blobcache.e2e.rig.Shell;
import io.blobcache.e2e.rig.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An agent that is killed and started again on the same state gives no wrong byte, ever, and is back within seconds.
 * {@code -Dblobcache.e2e.seed=N} repeats a run.
 */
@Timeout(value = 40, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class KillTest {
    private static final int KILLS = Project.full() ? 100 : 10;
    private static final int FILES_OF_ONE_BLOCK = Project.full() ? 100_000 : 20_000;
    private static final int STARTS_WITH_MANY_BLOCKS = Project.full() ? 20 : 3;
    private static final Duration BACK_WITHIN = Duration.ofSeconds(5);

    /** Longer than it takes to read the files once, cold: kills fall into fetching, writing and serving. */
    private static final int MAX_LIFE_MILLIS = 1500;

    private static final int READERS = 6;
    private static final int FILES = 40;

    @RegisterExtension
    final Scratch scratch = new Scratch();

    private final long seed = Long.getLong("blobcache.e2e.seed", System.nanoTime());

    @Test
    void noKillMakesAWrongByte() throws IOException, InterruptedException {
        Random random = new Random(seed);
        // Less than a page, some pages, more than a block, several blocks: 40 files of 3 MB on average.
        Path tree = Tree.random(scratch.directory("tree"), FILES, seed, 1000, 70_001, (4 << 20) + 1, 9_000_000);
        Path digests = Sha256.list(tree, scratch.path("digests"));
        Agent agent = Agent.of(scratch, tree).start();
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong reads = new AtomicLong();
        AtomicLong wrong = new AtomicLong();
        Thread[] readers = new Thread[READERS];
        for (int i = 0; i < READERS; i++) {
            Random own = new Random(seed + i);
            readers[i] = Thread.ofPlatform().start(() -> {
                while (!done.get()) {
                    readSomewhere(tree, agent.mount(), own, reads, wrong);
                }
            });
        }
        scratch.undo("stop the readers", () -> done.set(true));
        List<Duration> backs = new ArrayList<>();
        for (int kill = 0; kill < KILLS; kill++) {
            Await.pause(Duration.ofMillis(random.nextInt(MAX_LIFE_MILLIS)));
            agent.kill();
            backs.add(agent.restart());
            assertThat(Mounts.count(agent.mount())).as("mounts on one another").isEqualTo(1);
            if (kill % 5 == 4) {
                Sha256.check(agent.mount(), digests);
            }
        }
        done.set(true);
        for (Thread reader : readers) {
            reader.join();
        }
        Sha256.check(agent.mount(), digests);
        assertThat(wrong.get())
                .as("wrong bytes in %d reads, seed %d", reads.get(), seed)
                .isZero();
        assertThat(reads.get()).isGreaterThan(KILLS);
        assertBackInTime(backs);
    }

    /** At full length 95 of 100 starts, on a machine at rest; else the usual one: others may use the machine as well. */
    private static void assertBackInTime(List<Duration> backs) {
        double part = Project.full() ? 0.95 : 0.5;
        assertThat(backs.stream().sorted().toList().get((int) ((backs.size() - 1) * part)))
                .as("at %s of %s", part, backs)
                .isLessThan(BACK_WITHIN);
    }

    /** Compares with the original; a mount that is away fails the read, which is no wrong byte. */
    private static void readSomewhere(Path tree, Path mount, Random random, AtomicLong reads, AtomicLong wrong) {
        String file = "f" + random.nextInt(FILES);
        try {
            Path original = tree.resolve(file);
            long offset = random.nextLong(Files.size(original));
            int length = random.nextInt(1, 1 << 20);
            byte[] seen = FileReader.bytes(mount.resolve(file), offset, length);
            if (!java.util.Arrays.equals(seen, FileReader.bytes(original, offset, length))) {
                wrong.incrementAndGet();
            }
            reads.incrementAndGet();
        } catch (IOException e) {
            // Not connected: the agent is dead at this moment.
            Await.pause(Duration.ofMillis(20));
        }
    }

    @Test
    void anAgentWithManyBlocksOnDiskIsReadyAtOnce() throws IOException {
        Path tree = scratch.directory("tree");
        for (int i = 0; i < FILES_OF_ONE_BLOCK; i++) {
            Path folder = tree.resolve("d" + i % 100);
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("f" + i), "block " + i);
        }
        Agent agent = Agent.of(scratch, tree).start();
        Shell.script(
                        Duration.ofMinutes(10),
                        "find \"$1\" -type f -print0 | xargs -0 -P4 -n500 cat | wc -c",
                        agent.mount())
                .expectSuccess();
        Await.until(
                "most blocks are on disk",
                Duration.ofMinutes(1),
                () -> blocksOnDisk(agent) > FILES_OF_ONE_BLOCK * 9L / 10);
        List<Duration> backs = new ArrayList<>();
        for (int kill = 0; kill < STARTS_WITH_MANY_BLOCKS; kill++) {
            agent.kill();
            backs.add(agent.restart());
        }

        assertBackInTime(backs);
        assertThat(Files.readString(agent.path("d7/f7"))).isEqualTo("block 7");
    }

    private static long blocksOnDisk(Agent agent) {
        String count = Shell.script("find \"$1\" -name '*.meta' | wc -l", agent.state())
                .out();
        return Long.parseLong(count.strip());
    }

    @Test
    void aMountThatIsStoppedWhileItIsReadIsGone() {
        Path tree = Tree.random(scratch.directory("tree"), 4, 1, 9_000_000);
        Agent agent = Agent.of(scratch, tree).start();

        agent.stop();

        assertThat(Mounts.mounted(agent.mount())).isFalse();
        assertThat(agent.mount()).isEmptyDirectory();
    }
}
