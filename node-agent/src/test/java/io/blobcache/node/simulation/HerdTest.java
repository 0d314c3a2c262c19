package io.blobcache.node.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All nodes want one cold block at once. */
final class HerdTest {

    @ParameterizedTest
    @ValueSource(ints = {10, 100, 1000, 10000})
    void theSourceGivesABlockOnce(int nodes) {
        long t = System.nanoTime();
        try (Cluster cluster = new Cluster(1, Physics.USUAL, nodes)) {
            cluster.announce(Cluster.members(cluster.nodes(), List.of()), Duration.ZERO);
            for (int node = 0; node < nodes; node++) {
                int number = node;
                cluster.world().after(0, () -> cluster.read(number, 0));
            }
            Outcome outcome = cluster.run(Duration.ofMinutes(5));
            System.out.printf(
                    "nodes %d source %d p50 %.3f p99 %.3f max %.3f mostLent %d busy %d hedges %d/%d failed %d viol %s events %d real %.2f s%n",
                    nodes,
                    outcome.sourceReads(),
                    outcome.readSeconds(0.5),
                    outcome.readSeconds(0.99),
                    outcome.readSeconds(1),
                    outcome.mostLent(),
                    cluster.asked.busy.sum(),
                    cluster.asked.hedgesWon.sum(),
                    cluster.asked.hedgesLost.sum(),
                    cluster.asked.failed.sum(),
                    outcome.violations().stream().limit(3).toList(),
                    outcome.events(),
                    (System.nanoTime() - t) / 1e9);
            assertThat(outcome.violations()).isEmpty();
        }
    }
}
