package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.Crowd;
import io.blobcache.e2e.rig.FaultyProxy;
import io.blobcache.e2e.rig.FileReader;
import io.blobcache.e2e.rig.Fleet;
import io.blobcache.e2e.rig.HttpHead;
import io.blobcache.e2e.rig.Project;
import io.blobcache.e2e.rig.S3Server;
import io.blobcache.e2e.rig.Scratch;
import io.blobcache.e2e.rig.Sha256;
import io.blobcache.e2e.rig.Tree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Readers on five agents of one cold object cost the source one object: F-47 and P-08, counted in front of the server. */
@Timeout(value = 40, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class MeshReadTest {
    private static final int AGENTS = 5;
    private static final int READERS = Project.full() ? 1000 : 200;

    /** 1,000 readers of 1 GiB are eight minutes of SHA-256 on two processors. */
    private static final long LENGTH = Project.full() ? 1L << 30 : 64L << 20;

    private static final Duration LIMIT = Duration.ofMinutes(30);

    @RegisterExtension
    final Scratch scratch = new Scratch();

    @Test
    void aColdObjectIsReadFromTheSourceOnceForAllAgents() {
        Path bucket = scratch.directory("bucket");
        String truth = Sha256.of(Tree.random(bucket.resolve("object"), LENGTH, 1));
        Tree.random(bucket.resolve("another"), 32 << 20, 2);
        S3Server server = new S3Server(scratch, bucket);
        FaultyProxy proxy = new FaultyProxy(scratch, server.port());
        // In a cluster each has a machine of its own; here hundreds of readers would take the processors from all of
        // them.
        Fleet fleet = Fleet.of(
                scratch,
                AGENTS,
                () -> server.planThrough(scratch, proxy).within("nice", "-n", "-15"),
                "memory: {budgetBytes: 128MiB}\n");

        // The object is to be cold, not Java.
        Crowd.read(AGENTS, LIMIT, i -> FileReader.sha256(fleet.agent(i).path("another")));

        List<Crowd.Outcome<String>> outcomes = Crowd.read(
                READERS,
                LIMIT,
                reader -> FileReader.sha256(fleet.agent(reader % AGENTS).path("object")));

        assertThat(outcomes).extracting(Crowd.Outcome::failure).containsOnly("");
        assertThat(outcomes).extracting(Crowd.Outcome::value).containsOnly(truth);
        assertThat(askedBytes(proxy)).as("bytes asked of the source").isBetween(LENGTH, LENGTH + LENGTH / 20);
        for (Agent agent : fleet.agents()) {
            assertThat(Fleet.mesh(agent, "receivedBytes")).isPositive();
        }
    }

    private static long askedBytes(FaultyProxy proxy) {
        long bytes = 0;
        for (HttpHead request : proxy.requests()) {
            if (request.method().equals("GET") && request.isFor("object")) {
                String[] range = request.header("Range").replace("bytes=", "").split("-", 2);
                bytes += Long.parseLong(range[1]) + 1 - Long.parseLong(range[0]);
            }
        }
        return bytes;
    }
}
