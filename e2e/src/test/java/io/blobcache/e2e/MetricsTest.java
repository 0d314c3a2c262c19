package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.Await;
import io.blobcache.e2e.rig.Fleet;
import io.blobcache.e2e.rig.Project;
import io.blobcache.e2e.rig.Prometheus;
import io.blobcache.e2e.rig.S3Server;
import io.blobcache.e2e.rig.Scratch;
import io.blobcache.e2e.rig.Shell;
import io.blobcache.e2e.rig.Tree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a real Prometheus with our rules says of a workload is what the workload was. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class MetricsTest {
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(30);
    private static final int BLOCKS = 8;
    private static final long BLOCK_BYTES = 4L << 20;
    private static final long MIB = 1 << 20;

    @RegisterExtension
    final Scratch scratch = new Scratch();

    private final int port = S3Server.freePort();

    @Test
    void countsBytesAndHitRatiosAreThoseOfTheWorkload() {
        Agent agent = agent(false);
        Prometheus prometheus = new Prometheus(scratch, port);
        assertThat(hits(prometheus, "memory"))
                .as("a sample from before the first read")
                .isZero();

        readEachBlock(agent, "a");
        awaitFills(prometheus, BLOCKS);
        readEachBlock(agent, "a");
        readEachBlock(agent, "a");
        readEachBlock(agent, "b"); // Pushes a out of memory.
        awaitFills(prometheus, 2 * BLOCKS);
        readEachBlock(agent, "a");

        Await.until(
                "all reads are seen",
                SEEN_WITHIN,
                () -> prometheus.value("sum(blobcache_reads_total{result=\"hit\"})") == 5 * BLOCKS);
        assertThat(hits(prometheus, "memory")).isEqualTo(2 * BLOCKS);
        assertThat(misses(prometheus, "memory")).isEqualTo(3 * BLOCKS);
        assertThat(hits(prometheus, "disk")).isEqualTo(BLOCKS);
        assertThat(misses(prometheus, "disk")).isEqualTo(2 * BLOCKS);
        assertThat(hits(prometheus, "source")).isEqualTo(2 * BLOCKS);
        assertThat(prometheus.value("blobcache_reads_total{result=\"error\"}")).isZero();
        assertThat(bytes(prometheus, "memory")).isEqualTo(2 * BLOCKS * MIB);
        assertThat(bytes(prometheus, "disk")).isEqualTo(BLOCKS * MIB);
        assertThat(bytes(prometheus, "source")).isEqualTo(2 * BLOCKS * MIB);
        assertThat(prometheus.value("blobcache_source_read_bytes_total")).isEqualTo(2 * BLOCKS * BLOCK_BYTES);
        assertThat(prometheus.value("blobcache_fetches_total{result=\"begun\"}"))
                .isEqualTo(2 * BLOCKS);
        assertThat(prometheus.value("blobcache_evicted_bytes_total{tier=\"memory\",reason=\"space\"}"))
                .isEqualTo(BLOCKS * BLOCK_BYTES);
        assertThat(prometheus.value("blobcache_fuse_request_duration_seconds_count{op=\"read\"}"))
                .isEqualTo(5 * BLOCKS);
        assertThat(prometheus.value("blobcache_read_duration_seconds_count{tier=\"disk\"}"))
                .isEqualTo(BLOCKS);

        assertRatio(prometheus, "tier:blobcache_hit_ratio:rate5m{level=\"L0\",tier=\"memory\"}", 2 / 5.0);
        assertRatio(prometheus, "tier:blobcache_hit_ratio:rate5m{level=\"L1\",tier=\"disk\"}", 1 / 3.0);
        assertRatio(prometheus, "instance:blobcache_hit_ratio:rate5m", 3 / 5.0);
        assertRatio(prometheus, "instance:blobcache_byte_hit_ratio:rate5m", 3 / 5.0);
        assertRatio(prometheus, "job:blobcache_hit_ratio:rate5m", 3 / 5.0);
        assertThat(prometheus.unwellRules()).isEmpty();
        assertThat(prometheus.alerts()).isEmpty();
    }

    /** One file is another agent's, one is its own, and one is another's who is gone and so comes from the source. */
    @Test
    void theHitRatioOfPeersIsThatOfTheWorkload() {
        Path tree = scratch.directory("tree");
        for (String name : new String[] {"a", "b", "c"}) {
            Tree.random(tree.resolve(name), BLOCKS * BLOCK_BYTES, name.charAt(0));
        }
        Fleet fleet = new Fleet(scratch, () -> Agent.of(scratch, tree));
        for (int i = 0; i < 2; i++) {
            fleet.member(Fleet.name(i), "127.0.0.1:" + S3Server.freePort());
        }
        fleet.list(0, "node-1");
        fleet.list(1, "node-1");
        Agent reader = fleet.start(0, config(false, port), "");
        Agent other = fleet.start(1, config(false, S3Server.freePort()), "");
        Prometheus prometheus = new Prometheus(scratch, port);

        readEachBlock(reader, "a");
        listed(fleet, prometheus, "node-0");
        readEachBlock(reader, "b");
        listed(fleet, prometheus, "node-1");
        other.kill();
        readEachBlock(reader, "c");

        Await.until("all reads are seen", SEEN_WITHIN, () -> hits(prometheus, "source") == 2 * BLOCKS);
        assertThat(hits(prometheus, "peer")).isEqualTo(BLOCKS);
        assertThat(misses(prometheus, "peer")).isEqualTo(BLOCKS);
        assertThat(bytes(prometheus, "peer")).isEqualTo(BLOCKS * MIB);
        assertThat(prometheus.value("blobcache_source_read_bytes_total")).isEqualTo(2 * BLOCKS * BLOCK_BYTES);
        assertRatio(prometheus, "tier:blobcache_hit_ratio:rate5m{level=\"L2\",tier=\"peer\"}", 1 / 2.0);
        assertRatio(prometheus, "instance:blobcache_hit_ratio:rate5m", 1 / 3.0);
    }

    /** Both lists have one member, so that an empty one between them shows that the second was taken. */
    private static void listed(Fleet fleet, Prometheus prometheus, String id) {
        fleet.list(0);
        Await.until("nobody is listed", SEEN_WITHIN, () -> prometheus.value("blobcache_mesh_members") == 0);
        fleet.list(0, id);
        Await.until(id + " is listed", SEEN_WITHIN, () -> prometheus.value("blobcache_mesh_members") == 1);
    }

    @Test
    void readsThroughPassthroughAreSeenAsOpensOnly() {
        Agent agent = agent(true);
        Prometheus prometheus = new Prometheus(scratch, port);
        readEachBlock(agent, "a");
        awaitFills(prometheus, BLOCKS);
        double readsBefore = prometheus.value("sum(blobcache_reads_total{result=\"hit\"})");
        assertThat(prometheus.value("blobcache_passthrough_opens_total")).isZero();

        Shell.script("cat \"$1\" > /dev/null", agent.path("a")).expectSuccess();

        Await.until("the open is seen", SEEN_WITHIN, () -> prometheus.value("blobcache_passthrough_opens_total") == 1);
        assertThat(prometheus.value("sum(blobcache_reads_total{result=\"hit\"})"))
                .isEqualTo(readsBefore)
                .isEqualTo(BLOCKS);
    }

    @Test
    void theShippedRulesPassTheirOwnTests() {
        Path rules = Project.root().resolve("helm/blobcache/rules");

        Shell.script("promtool check rules \"$1\"/*.yaml && promtool test rules \"$1\"/tests/*.yaml", rules)
                .expectSuccess();
    }

    /** Eight blocks fill its memory tier; what is read is all that is fetched. */
    private Agent agent(boolean passthrough) {
        Path tree = scratch.directory("tree");
        Tree.random(tree.resolve("a"), BLOCKS * BLOCK_BYTES, 1);
        Tree.random(tree.resolve("b"), BLOCKS * BLOCK_BYTES, 2);
        return Agent.of(scratch, tree).config(config(passthrough, port)).start();
    }

    private static String config(boolean passthrough, int port) {
        return """
                fuse: {transport: kernel, passthrough: %b}
                memory: {budgetBytes: 96MiB, tierBytes: 32MiB}
                prefetch: {windowBytes: 0}
                admin: {port: %d}
                """.formatted(passthrough, port);
    }

    /** One read of 1 MiB in each block, directly: the kernel neither adds to it nor keeps it. One open for all. */
    private static void readEachBlock(Agent agent, String name) {
        Shell.script(
                        "exec 3< \"$1\"; for block in $(seq \"$2\");"
                                + " do dd bs=1M count=1 iflag=direct of=/dev/null status=none <&3"
                                + " && dd bs=1M count=0 skip=3 status=none <&3; done",
                        agent.path(name),
                        BLOCKS)
                .expectSuccess();
    }

    private static void awaitFills(Prometheus prometheus, int blocks) {
        for (String tier : new String[] {"memory", "disk"}) {
            String fills = "blobcache_fills_total{result=\"taken\",tier=\"" + tier + "\"}";
            Await.until(tier + " has the blocks", SEEN_WITHIN, () -> prometheus.value(fills) == blocks);
        }
    }

    /** The rules look later than the counters are seen. */
    private static void assertRatio(Prometheus prometheus, String series, double expected) {
        Await.until(
                series + " is " + expected, SEEN_WITHIN, () -> Math.abs(prometheus.value(series) - expected) < 1e-9);
    }

    private static double hits(Prometheus prometheus, String tier) {
        return prometheus.value("blobcache_reads_total{result=\"hit\",tier=\"" + tier + "\"}");
    }

    private static double misses(Prometheus prometheus, String tier) {
        return prometheus.value("blobcache_reads_total{result=\"miss\",tier=\"" + tier + "\"}");
    }

    private static double bytes(Prometheus prometheus, String tier) {
        return prometheus.value("blobcache_read_bytes_total{tier=\"" + tier + "\"}");
    }
}
