package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.Await;
import io.blobcache.e2e.rig.Crowd;
import io.blobcache.e2e.rig.FaultyProxy;
import io.blobcache.e2e.rig.FileReader;
import io.blobcache.e2e.rig.Fleet;
import io.blobcache.e2e.rig.Load;
import io.blobcache.e2e.rig.Project;
import io.blobcache.e2e.rig.S3Server;
import io.blobcache.e2e.rig.Scratch;
import io.blobcache.e2e.rig.Sha256;
import io.blobcache.e2e.rig.Shell;
import io.blobcache.e2e.rig.Tree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Agents that die, freeze, join, leave and disagree cost time and nothing else: F-39, F-40, F-45 and F-46.
 * {@code -Dblobcache.e2e.seed=N} repeats a run.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class MeshFaultTest {
    private static final Duration TROUBLE = Project.full() ? Duration.ofMinutes(5) : Duration.ofSeconds(10);
    private static final Duration BETWEEN_KILLS = Project.full() ? Duration.ofSeconds(5) : Duration.ofSeconds(2);
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** As long as a read may take at all. */
    private static final Duration READ_LIMIT = Duration.ofSeconds(30);

    private static final int FILES_READ_LATER = 140;

    /** Without a disk and with little memory, what the kernel forgets has to come from somewhere else. */
    private static final String FORGETFUL = """
            memory: {budgetBytes: 64MiB, tierBytes: 16MiB}
            disk: {enabled: false}
            blockSize: 1MiB
            """;

    private static final String USUAL = "memory: {budgetBytes: 128MiB}\nblockSize: 1MiB\n";

    @RegisterExtension
    final Scratch scratch = new Scratch();

    private final long seed = Long.getLong("blobcache.e2e.seed", System.nanoTime());

    @Test
    void readersThroughAnAgentThatIsKilledReadOn() {
        Path bucket = scratch.directory("bucket");
        String truth = Sha256.of(Tree.random(bucket.resolve("object"), 64 << 20, seed));
        S3Server server = new S3Server(scratch, bucket);
        FaultyProxy proxy = new FaultyProxy(scratch, server.port());
        Fleet fleet = Fleet.of(scratch, 3, () -> server.planThrough(scratch, proxy), USUAL);
        // A block takes a quarter of a second, so that some are under way at any moment.
        proxy.mood(_ -> new FaultyProxy.Fault.Trickle(4 << 20));
        Thread killer = Thread.ofPlatform().start(() -> {
            Await.until("the source is read", LIMIT, () -> proxy.count("GET", "object") > 8);
            fleet.agent(0).kill();
        });

        List<Crowd.Outcome<String>> outcomes = Crowd.read(
                8,
                LIMIT,
                reader -> FileReader.sha256(fleet.agent(1 + reader % 2).path("object")));

        assertThat(killer.isAlive()).isFalse();
        assertThat(outcomes).extracting(Crowd.Outcome::failure).containsOnly("");
        assertThat(outcomes).extracting(Crowd.Outcome::value).containsOnly(truth);
    }

    @Test
    void agentsThatAreKilledAgainAndAgainSpoilNothing() {
        Path tree = Tree.random(scratch.directory("tree"), 20, seed, 70_001, (4 << 20) + 1, 9_000_000);
        Fleet fleet = Fleet.of(scratch, 3, () -> Agent.of(scratch, tree), FORGETFUL);
        Load load = new Load(scratch, fleet, tree, 3, seed);
        long end = System.nanoTime() + TROUBLE.toNanos();
        int kills = 0;
        while (System.nanoTime() < end) {
            Await.pause(BETWEEN_KILLS);
            int victim = kills++ % 3;
            load.down(victim);
            fleet.agent(victim).kill();
            fleet.agent(victim).restart();
            load.up(victim);
        }
        awaitThatTheyAskEachOther(fleet);
        load.stop();

        assertThat(load.wrong())
                .as("wrong bytes in %d reads, seed %d", load.reads(), seed)
                .isZero();
        assertThat(load.errors()).as("seed %d", seed).isEmpty();
        assertThat(load.reads()).isGreaterThan(kills);
        assertThat(fleet.agents())
                .allSatisfy(
                        agent -> assertThat(Fleet.mesh(agent, "quarantined")).isZero());
    }

    @Test
    void membersThatJoinAndLeaveSpoilNothing() {
        Path tree = Tree.random(scratch.directory("tree"), 20, seed, 70_001, (4 << 20) + 1, 9_000_000);
        Fleet fleet = Fleet.of(scratch, 3, () -> Agent.of(scratch, tree), FORGETFUL);
        Load load = new Load(scratch, fleet, tree, 3, seed);
        Random random = new Random(seed);
        int members = 3;
        long end = System.nanoTime() + TROUBLE.toNanos();
        while (System.nanoTime() < end) {
            // Another number each time: what the agents say of it shows that they have read the list.
            members = (members + 1 + random.nextInt(3)) % 4;
            int first = random.nextInt(3);
            listed(fleet, IntStream.range(0, members).map(i -> (first + i) % 3).toArray());
        }
        listed(fleet, 0, 1, 2);
        awaitThatTheyAskEachOther(fleet);
        load.stop();

        assertThat(load.wrong())
                .as("wrong bytes in %d reads, seed %d", load.reads(), seed)
                .isZero();
        assertThat(load.errors()).as("seed %d", seed).isEmpty();
    }

    private static void listed(Fleet fleet, int... members) {
        fleet.listForAll(members);
        for (Agent agent : fleet.agents()) {
            Await.until("the new list is read", LIMIT, () -> Fleet.mesh(agent, "members") == members.length);
        }
    }

    /** Under the load: that what was spoiled by nothing did go from one to the other. */
    private static void awaitThatTheyAskEachOther(Fleet fleet) {
        for (Agent agent : fleet.agents()) {
            long before = Fleet.mesh(agent, "receivedBytes");
            Await.until("a block comes from a peer", LIMIT, () -> Fleet.mesh(agent, "receivedBytes") > before);
        }
    }

    @Test
    void anOwnerThatIsFrozenIsDoneWithoutAndAskedAgainLater() {
        Path tree = Tree.random(scratch.directory("tree"), FILES_READ_LATER, seed, 1_500_000);
        Fleet fleet = Fleet.of(scratch, 2, () -> Agent.of(scratch, tree), USUAL + "prefetch: {filesAhead: 0}\n");
        Agent reader = fleet.agent(0);
        Agent owner = fleet.agent(1);
        fleet.list(0, "node-1");
        Await.until("node-1 is the only member", Fleet.LIST_READ_WITHIN, () -> Fleet.mesh(reader, "members") == 1);
        int[] next = {4};
        awaitThatItIsAsked(reader, next);
        signal("STOP", owner);
        scratch.undo("go on", () -> signal("CONT", owner));

        List<Crowd.Outcome<String>> outcomes = Crowd.read(4, LIMIT, i -> FileReader.sha256(reader.path("f" + i)));
        assertThat(Fleet.mesh(reader, "failing")).isEqualTo(1);
        signal("CONT", owner);

        for (int i = 0; i < outcomes.size(); i++) {
            assertThat(outcomes.get(i).value()).isEqualTo(Sha256.of(tree.resolve("f" + i)));
            assertThat(outcomes.get(i).took()).isLessThan(READ_LIMIT);
        }
        awaitThatItIsAsked(reader, next);
    }

    /** One file, not asked for before, each half second: within the time they do not run out. */
    private static void awaitThatItIsAsked(Agent reader, int[] next) {
        long before = Fleet.mesh(reader, "receivedBytes");
        Await.until("the owner is asked, and answers", READ_LIMIT, () -> {
            Sha256.of(reader.path("f" + next[0]++));
            Await.pause(Duration.ofMillis(500));
            return Fleet.mesh(reader, "receivedBytes") > before;
        });
    }

    @Test
    void agentsThatTakeEachOtherForTheOwnerDoNotWaitForEachOther() {
        Path tree = Tree.random(scratch.directory("tree"), 12, seed, 9_000_000);
        Path digests = Sha256.list(tree, scratch.path("digests"));
        Fleet fleet = Fleet.of(scratch, 2, () -> Agent.of(scratch, tree), USUAL);
        fleet.list(0, "node-1");
        fleet.list(1, "node-0");
        for (Agent agent : fleet.agents()) {
            Await.until("the other is the owner", Fleet.LIST_READ_WITHIN, () -> Fleet.mesh(agent, "members") == 1);
        }

        List<Crowd.Outcome<Boolean>> outcomes = Crowd.read(2, LIMIT, i -> {
            Sha256.check(fleet.agent(i).mount(), digests);
            return true;
        });

        assertThat(outcomes).allSatisfy(outcome -> {
            assertThat(outcome.failure()).isEmpty();
            assertThat(outcome.took()).isLessThan(READ_LIMIT);
        });
    }

    private static void signal(String name, Agent agent) {
        Shell.run("kill", "-" + name, Long.toString(agent.pid())).expectSuccess();
    }
}
