package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Await;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** 100 caches: all are carried out soon, cost little memory, and nothing is written once they rest. None has an agent: that is left out. */
@Tag("cluster")
class HundredTest {
    private static final int CACHES = 100;

    private static final Duration SOON = Duration.ofMinutes(2);
    private static final Duration REST = Duration.ofMinutes(1);

    /** Three quarters of the chart's limit. */
    private static final long MAX_MIB = 384;

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("hundred");

    @Test
    void theyAreCarriedOutAndThenNothingIsWritten() {
        try (Chart chart = Chart.install(CLUSTER)) {
            Pod operator = chart.operator();
            long few = chart.residentMib();
            Instant begun = Instant.now();
            for (int number = 0; number < CACHES; number++) {
                CLUSTER.apply("idle.yaml", Map.of("NAME", "c" + number));
            }
            Await.until(CACHES + " resources are told of", SOON, () -> told() == CACHES);
            Duration told = Duration.between(begun, Instant.now());
            new Figure("%d resources, applied one after the other, from the first apply until the last is told of"
                            .formatted(CACHES))
                    .is(told);
            long busy = chart.residentMib();

            Await.pause(REST); // What they were told of last is carried out.
            long many = chart.residentMib();
            new Figure("resident memory of the operator without a resource, with %d just applied, with them at rest"
                            .formatted(CACHES))
                    .is("%d MiB, %d MiB, %d MiB".formatted(few, busy, many));
            assertThat(many).isLessThan(MAX_MIB);
            try (LeaseWrites lease = LeaseWrites.count(CLUSTER)) {
                double before = chart.metric(operator, "blobcache_operator_api_writes_total");
                Await.pause(REST);
                double writes = chart.metric(operator, "blobcache_operator_api_writes_total") - before;
                new Figure("writes of the operator in %d s at rest, its lease included".formatted(REST.toSeconds()))
                        .is(writes + ", of the lease " + lease.seen());
                // One renewal may be between the two counts.
                assertThat(writes).isLessThanOrEqualTo(lease.seen() + 1);
            }
            Duration gone = deleteAll();
            new Figure("%d resources and what was made of them deleted".formatted(CACHES)).is(gone);
        }
    }

    private static Duration deleteAll() {
        CLUSTER.client()
                .genericKubernetesResources("blobcache.io/v1alpha1", "BlobCache")
                .inNamespace(CLUSTER.namespace())
                .delete();
        return Await.until(
                "nothing of them is left",
                SOON,
                () -> caches().isEmpty()
                        && CLUSTER.client()
                                .apps()
                                .daemonSets()
                                .inNamespace(CLUSTER.namespace())
                                .list()
                                .getItems()
                                .isEmpty());
    }

    private static long told() {
        return caches().stream()
                .flatMap(cache -> Condition.of(cache, "Ready").stream())
                .filter(condition -> condition.reason().equals("NoNodes"))
                .count();
    }

    private static List<GenericKubernetesResource> caches() {
        return CLUSTER.client()
                .genericKubernetesResources("blobcache.io/v1alpha1", "BlobCache")
                .inNamespace(CLUSTER.namespace())
                .list()
                .getItems();
    }
}
