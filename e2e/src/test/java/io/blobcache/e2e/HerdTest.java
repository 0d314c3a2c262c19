package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.Crowd;
import io.blobcache.e2e.rig.FaultyProxy;
import io.blobcache.e2e.rig.FileReader;
import io.blobcache.e2e.rig.HttpHead;
import io.blobcache.e2e.rig.Project;
import io.blobcache.e2e.rig.S3Server;
import io.blobcache.e2e.rig.Scratch;
import io.blobcache.e2e.rig.Sha256;
import io.blobcache.e2e.rig.Tree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A thousand readers of one cold object: the source sees each block once, counted in front of the server. */
@Timeout(value = 12, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HerdTest {
    private static final int READERS = 1000;
    private static final int BLOCK_BYTES = 4 << 20;

    /** 256 MiB if all is wanted: by 1,000 readers that is two minutes of SHA-256 on two processors; else 64 MiB. */
    private static final int BLOCKS = Project.full() ? 64 : 16;

    private static final Duration LIMIT = Duration.ofMinutes(10);

    @RegisterExtension
    final Scratch scratch = new Scratch();

    @ParameterizedTest
    @ValueSource(strings = {"kernel", "jnr"})
    void eachBlockOfAColdObjectIsFetchedOnce(String transport) {
        Path bucket = scratch.directory("bucket");
        String truth = Sha256.of(Tree.random(bucket.resolve("object"), (long) BLOCKS * BLOCK_BYTES, 1));
        S3Server server = new S3Server(scratch, bucket);
        FaultyProxy proxy = new FaultyProxy(scratch, server.port());
        Agent agent = server.planThrough(scratch, proxy)
                .config("fuse:\n  transport: " + transport + "\n")
                .start();

        List<Crowd.Outcome<String>> outcomes = Crowd.read(READERS, LIMIT, _ -> FileReader.sha256(agent.path("object")));

        assertThat(outcomes).extracting(Crowd.Outcome::failure).containsOnly("");
        assertThat(outcomes).extracting(Crowd.Outcome::value).containsOnly(truth);
        assertEachBlockOnce(proxy.requests());
    }

    private static void assertEachBlockOnce(List<HttpHead> requests) {
        BitSet fetched = new BitSet(BLOCKS);
        for (HttpHead request : requests) {
            if (request.method().equals("GET") && request.isFor("object")) {
                String[] range = request.header("Range").replace("bytes=", "").split("-", 2);
                long begin = Long.parseLong(range[0]);
                long end = Long.parseLong(range[1]) + 1;
                assertThat(begin % BLOCK_BYTES)
                        .as("%s begins with a block", request.text())
                        .isZero();
                for (int block = (int) (begin / BLOCK_BYTES); (long) block * BLOCK_BYTES < end; block++) {
                    assertThat(fetched.get(block))
                            .as("block %d fetched again", block)
                            .isFalse();
                    fetched.set(block);
                }
            }
        }
        assertThat(fetched.cardinality()).isEqualTo(BLOCKS);
    }
}
