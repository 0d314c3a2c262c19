package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.Cgroup;
import io.blobcache.e2e.rig.Crowd;
import io.blobcache.e2e.rig.FileReader;
import io.blobcache.e2e.rig.S3Server;
import io.blobcache.e2e.rig.Scratch;
import io.blobcache.e2e.rig.Sha256;
import io.blobcache.e2e.rig.Tree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A thousand readers, some of them slow, and 512 MiB for the agent: slower, but right and alive (F-51). */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class MemoryTest {
    private static final int READERS = 1000;

    /** 120 x 9 MB: twice the limit, and 360 blocks of which no more than 64 fit into a quarter of it. */
    private static final int FILES = 120;

    private static final int LENGTH = 9_000_000;

    /** The catalogue's measure of fairness, for one read. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private static final long LARGEST_BUFFER_BYTES = 16 << 20;

    @RegisterExtension
    final Scratch scratch = new Scratch();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aThousandReadersFitInto512MiB(boolean passthrough) {
        Path bucket = Tree.random(scratch.directory("bucket"), FILES, 5, LENGTH);
        S3Server server = new S3Server(scratch, bucket);
        Cgroup group = new Cgroup(scratch, 512L << 20);
        Agent agent = server.plan(scratch)
                .within(group.join())
                .config("fuse: {transport: kernel, passthrough: " + passthrough + "}\n")
                .start();
        String[] truth = new String[FILES];
        for (int i = 0; i < FILES; i++) {
            truth[i] = Sha256.of(bucket.resolve("f" + i));
        }

        // One in twenty holds its file for 137 x 20 ms = 3 s at the least.
        List<Crowd.Outcome<FileReader.Whole>> outcomes = Crowd.read(READERS, Duration.ofMinutes(4), reader -> {
            Duration pause = reader % 20 == 0 ? Duration.ofMillis(20) : Duration.ZERO;
            return FileReader.whole(agent.path("f" + reader % FILES), pause);
        });

        assertThat(outcomes).extracting(Crowd.Outcome::failure).containsOnly("");
        for (int reader = 0; reader < READERS; reader++) {
            FileReader.Whole whole = Objects.requireNonNull(outcomes.get(reader).value());
            assertThat(whole.sha256()).isEqualTo(truth[reader % FILES]);
            assertThat(whole.longestWait()).as("reader %d", reader).isLessThan(LONGEST_WAIT);
        }
        assertThat(group.oomKills()).isZero();
        assertThat(agent.process().isAlive()).isTrue();
        assertBuffersWereEnoughAndCameBack(agent);
    }

    /** Buffers that are idle stay allocated, but for those that make room for one of another size: so this is the peak. */
    private static void assertBuffersWereEnoughAndCameBack(Agent agent) {
        double budget = agent.counter("blobcache_buffer_pool_budget_bytes");
        assertThat(agent.counter("blobcache_buffer_pool_allocated_bytes"))
                .isBetween(budget / 2, budget + LARGEST_BUFFER_BYTES);
        assertThat(agent.counter("blobcache_buffer_pool_waiting")).isZero();
        // What the memory tier keeps is leased until the end; then the pool counts, and says if one is missing.
        agent.stop();
        assertThat(agent.log()).doesNotContain("closing failed", "were not closed");
    }
}
