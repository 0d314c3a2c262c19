package io.blobcache.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.crd.BlobCache;
import io.blobcache.crd.BlobCacheWarmup;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.processing.GroupVersionKind;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class OperatorMetricsTest {
    private static final Path SHIPPED = Path.of("..", "helm", "blobcache");
    private static final ResourceID ID = new ResourceID("models", "team");

    private final OperatorMetrics metrics =
            new OperatorMetrics("1", Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC));
    private final HasMetadata cache = named(new BlobCache());
    private final HasMetadata warmup = named(new BlobCacheWarmup());

    @Test
    void aResourceFailsUntilItsReconciliationEndsWell() {
        metrics.failedReconciliation(cache, new IllegalStateException("1"), Map.of());
        metrics.failedReconciliation(cache, new IllegalStateException("2"), Map.of());
        metrics.failedReconciliation(warmup, new IllegalStateException("3"), Map.of());
        assertThat(metrics.text())
                .contains(
                        "blobcache_operator_failing_resources 2.0",
                        "blobcache_operator_reconcile_failures_total 3.0",
                        "blobcache_operator_last_success_timestamp_seconds 0.0");
        metrics.finishedReconciliation(cache, Map.of());
        assertThat(metrics.text())
                .contains(
                        "blobcache_operator_failing_resources 1.0",
                        "blobcache_operator_last_success_timestamp_seconds 1.7E9");
    }

    @Test
    void whatIsDeletedNeitherFailsNorWaits() {
        metrics.resource(ID, false);
        metrics.failedReconciliation(cache, new IllegalStateException("1"), Map.of());
        metrics.cleanupDoneFor(ID, of(BlobCache.class));
        assertThat(metrics.text())
                .contains(
                        "blobcache_operator_failing_resources 0.0",
                        "blobcache_operator_resources{ready=\"false\"} 0.0");
    }

    @Test
    void aWarmupThatIsDeletedLeavesTheResourceOfItsName() {
        metrics.resource(ID, true);
        metrics.cleanupDoneFor(ID, of(BlobCacheWarmup.class));
        assertThat(metrics.text()).contains("blobcache_operator_resources{ready=\"true\"} 1.0");
    }

    @Test
    void alertsAskForWhatThereIs() throws IOException {
        assertThatThereIs("rules/alerts.yaml");
    }

    @Test
    void theDashboardAsksForWhatThereIs() throws IOException {
        assertThatThereIs("dashboards/blobcache.json");
    }

    /** Of a histogram the type is told without the suffix. */
    private void assertThatThereIs(String file) throws IOException {
        List<String> asked = Pattern.compile("\\bblobcache_operator_\\w+?(?=_count\\b|\\b)")
                .matcher(Files.readString(SHIPPED.resolve(file)))
                .results()
                .map(MatchResult::group)
                .distinct()
                .toList();
        assertThat(asked).hasSizeGreaterThan(3);
        asked.forEach(name -> assertThat(metrics.text()).contains("# TYPE " + name + " "));
    }

    private static HasMetadata named(HasMetadata resource) {
        resource.setMetadata(new ObjectMetaBuilder()
                .withName(ID.getName())
                .withNamespace(ID.getNamespace().orElseThrow())
                .build());
        return resource;
    }

    private static Map<String, Object> of(Class<? extends HasMetadata> type) {
        return Map.of(Constants.RESOURCE_GVK_KEY, GroupVersionKind.gvkFor(type));
    }
}
