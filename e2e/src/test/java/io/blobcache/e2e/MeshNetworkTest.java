package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.Await;
import io.blobcache.e2e.rig.Crowd;
import io.blobcache.e2e.rig.FileReader;
import io.blobcache.e2e.rig.Fleet;
import io.blobcache.e2e.rig.Network;
import io.blobcache.e2e.rig.Scratch;
import io.blobcache.e2e.rig.Sha256;
import io.blobcache.e2e.rig.Tree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two agents, one of which owns all that the other reads, and a cable between them that breaks in each way that a cable
 * can: F-40, F-41 and F-42.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class MeshNetworkTest {
    private static final int READERS = 6;
    private static final int FILES = 150;
    private static final long LENGTH = 1_500_000;
    private static final Duration READ_LIMIT = Duration.ofSeconds(30);
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final String CONFIG = """
            memory: {budgetBytes: 96MiB}
            prefetch: {filesAhead: 0}
            blockSize: 1MiB
            """;

    @RegisterExtension
    final Scratch scratch = new Scratch();

    private Path tree;
    private Network network;
    private Agent reader;
    private int next;

    @BeforeEach
    void start() {
        tree = Tree.random(scratch.directory("tree"), FILES, 1, LENGTH);
        network = new Network(scratch);
        Fleet fleet = new Fleet(scratch, () -> Agent.of(scratch, tree));
        fleet.member("node-0", network.address(network.left()) + ":7400");
        fleet.member("node-1", network.address(network.right()) + ":7400");
        fleet.list(0, "node-1");
        fleet.list(1, "node-1");
        reader = fleet.start(0, CONFIG, network.left());
        fleet.start(1, CONFIG, network.right());
        awaitThatTheOwnerIsAsked();
    }

    @Test
    void anOwnerInABlackHoleIsDoneWithoutAndAskedAgainLater() {
        network.trouble("drop");

        readAll();
        assertThat(Fleet.mesh(reader, "failing")).isEqualTo(1);
        network.heal();

        awaitThatTheOwnerIsAsked();
    }

    @Test
    void aCableThatLosesAThirdSpoilsNothing() {
        network.trouble("numgen random mod 100 < 30 drop");

        readAll();
    }

    @Test
    void connectionsThatAreResetSpoilNothing() {
        Thread resets = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 10; i++) {
                network.trouble("meta l4proto tcp reject with tcp reset");
                Await.pause(Duration.ofMillis(100));
                network.heal();
                Await.pause(Duration.ofMillis(200));
            }
        });

        while (resets.isAlive()) {
            readAll();
            Await.pause(Duration.ofMillis(300));
        }

        awaitThatTheOwnerIsAsked();
    }

    @Test
    void aCableOfOneMegabitIsNotWorthWaitingFor() {
        network.slow("1mbit");

        readAll();
    }

    /** Files not read before, by several at once: each right and in time. */
    private void readAll() {
        int first = next;
        next += READERS;
        List<Crowd.Outcome<String>> outcomes =
                Crowd.read(READERS, LIMIT, i -> FileReader.sha256(reader.path("f" + (first + i))));

        for (int i = 0; i < READERS; i++) {
            assertThat(outcomes.get(i).failure()).isEmpty();
            assertThat(outcomes.get(i).value()).isEqualTo(Sha256.of(tree.resolve("f" + (first + i))));
            assertThat(outcomes.get(i).took()).isLessThan(READ_LIMIT);
        }
    }

    /** One more file each half second: within the time they do not run out. */
    private void awaitThatTheOwnerIsAsked() {
        long before = Fleet.mesh(reader, "receivedBytes");
        Await.until("the owner is asked, and answers", READ_LIMIT, () -> {
            Sha256.of(reader.path("f" + next++));
            Await.pause(Duration.ofMillis(500));
            return Fleet.mesh(reader, "receivedBytes") > before;
        });
    }
}
