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
        List<Crowd.Outcome<Boolean>> outcomes = Crowd.read(READERS, Duration.ofMinutes(4), reader -> {
            Duration pause = reader % 20 == 0 ? Duration.ofMillis(20) : Duration.ZERO;
            int file = reader % FILES;
            return FileReader.sha256(agent.path("f" + file), pause).equals(truth[file]);
        });

        assertThat(outcomes).extracting(Crowd.Outcome::failure).containsOnly("");
        assertThat(outcomes).extracting(Crowd.Outcome::value).containsOnly(true);
        assertThat(group.oomKills()).isZero();
        assertThat(agent.process().isAlive()).isTrue();
    }
}
