package io.blobcache.operator.dependent;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PodMonitorOwnedTest {
    private final PodMonitorOwned owned = new PodMonitorOwned();

    @Test
    void itIsWantedWhereTheResourceSaysSoAndNowhereElse() {
        assertThat(wanted("")).isFalse();
        assertThat(wanted("observability: {}")).isFalse();
        assertThat(wanted("observability: {interval: 10s}")).isFalse();
        assertThat(wanted("observability: {podMonitor: false}")).isFalse();
        assertThat(wanted("observability: {podMonitor: true}")).isTrue();
    }

    @Test
    void itIsWrittenAsPrometheusOperatorReadsIt() {
        PodMonitor monitor = owned.wanted(Plans.of("observability: {podMonitor: true, interval: 1m}"));
        assertThat(Serialization.asYaml(monitor))
                .contains("apiVersion: \"monitoring.coreos.com/v1\"", "kind: \"PodMonitor\"")
                .doesNotContain("status");
        assertThat(monitor.getFullResourceName()).isEqualTo("podmonitors.monitoring.coreos.com");
        assertThat((Object) Serialization.unmarshal(Serialization.asYaml(monitor.getSpec()), Map.class))
                .isEqualTo(Serialization.unmarshal("""
                        jobLabel: app.kubernetes.io/name
                        selector:
                          matchLabels:
                            app.kubernetes.io/name: blobcache-agent
                            app.kubernetes.io/instance: models
                        podMetricsEndpoints:
                          - port: metrics
                            path: /metrics
                            interval: 1m
                            relabelings:
                              - {action: replace, sourceLabels: [__meta_kubernetes_pod_node_name], targetLabel: node}
                        """, Map.class));
    }

    @Test
    void itHasTheLabelsThatTheResourceGivesItAndNoneTakesThoseAway() {
        assertThat(labels("labels: {release: prometheus, app.kubernetes.io/instance: other}"))
                .containsEntry("release", "prometheus")
                .containsAllEntriesOf(Plans.NAMES.labels());
        assertThat(labels("interval: 10s")).isEqualTo(Plans.NAMES.labels());
    }

    @Test
    void fieldsThatOthersHaveAddedAreRead() {
        PodMonitor monitor = Serialization.unmarshal("""
                apiVersion: monitoring.coreos.com/v1
                kind: PodMonitor
                metadata: {name: blobcache-models}
                spec: {sampleLimit: 1000}
                status: {bindings: []}
                """, PodMonitor.class);
        assertThat(monitor.getSpec()).containsEntry("sampleLimit", 1000);
    }

    private Map<String, String> labels(String field) {
        return owned.wanted(Plans.of("observability: {podMonitor: true, " + field + "}"))
                .getMetadata()
                .getLabels();
    }

    private static boolean wanted(String field) {
        return PodMonitorOwned.wanted(Plans.of(field).spec().observability());
    }
}
