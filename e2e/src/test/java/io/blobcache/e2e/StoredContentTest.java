package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.Fleet;
import io.blobcache.e2e.rig.Project;
import io.blobcache.e2e.rig.S3Server;
import io.blobcache.e2e.rig.Scratch;
import io.blobcache.e2e.rig.Sha256;
import io.blobcache.e2e.rig.Shell;
import io.blobcache.e2e.rig.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Content that is stored by the command line is read by it and through the mount, by every agent, after a crash too. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class StoredContentTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Three blocks, the last one short. */
    private static final long LENGTH = (10 << 20) + 321;

    @RegisterExtension
    final Scratch scratch = new Scratch();

    private Path file;
    private String digest;
    private String address;
    private Fleet fleet;

    @BeforeEach
    void twoAgents() {
        Path tree = Tree.random(scratch.directory("tree"), 3, 1, 100_000);
        file = Tree.random(scratch.path("file"), LENGTH, 7);
        digest = Sha256.of(file);
        address = "127.0.0.1:" + S3Server.freePort();
        fleet = new Fleet(scratch, () -> Agent.of(scratch, tree));
        fleet.member(Fleet.name(0), address);
        fleet.member(Fleet.name(1), "127.0.0.1:" + S3Server.freePort());
        for (int number = 0; number < 2; number++) {
            fleet.list(number, Fleet.name(0), Fleet.name(1));
            fleet.start(number, "", "");
        }
    }

    @Test
    void whatIsPutIsReadByItsDigestEverywhereAndSurvivesAKill() {
        Shell.Result put = run("put", "--address", address, file.toString()).expectSuccess();
        fleet.agent(0).kill();

        assertThat(put.out()).startsWith(digest + "  ");
        assertThat(Sha256.of(byDigest(1))).as("by the other one").isEqualTo(digest);
        fleet.agent(0).restart();
        assertThat(Sha256.of(byDigest(0))).as("by the one that was killed").isEqualTo(digest);
        Path copy = scratch.path("copy");
        run("get", "--address", address, digest, "-o", copy.toString()).expectSuccess();
        assertThat(Sha256.of(copy)).isEqualTo(digest);
    }

    @Test
    void whatIsNotStoredIsOneLineAndNoFile() throws IOException {
        Path copy = scratch.path("copy");
        String unknown = "0".repeat(64);

        Shell.Result got = run("get", "--address", address, unknown, "-o", copy.toString());
        Shell.Result put =
                run("put", "--address", address, scratch.path("nowhere").toString());

        for (Shell.Result refused : List.of(got, put)) {
            assertThat(refused.exitCode()).isNotZero();
            assertThat(refused.err().lines()).hasSize(1);
        }
        assertThat(got.err()).contains(unknown);
        assertThat(put.err()).contains("nowhere");
        assertThat(copy).doesNotExist();
        assertThat(Files.exists(fleet.agent(0).path(".blobcache/by-digest/" + unknown)))
                .isFalse();
    }

    private Path byDigest(int agent) {
        return fleet.agent(agent).path(".blobcache/by-digest/" + digest);
    }

    private static Shell.Result run(String... arguments) {
        return Shell.run(LIMIT, Map.of(), Project.agent(List.of(), arguments));
    }
}
