package io.blobcache.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.operator.rig.Await;
import io.blobcache.operator.rig.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A resource that asks to be monitored, in a cluster in which Prometheus' operator comes and goes. One, step by step. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PodMonitorTest {
    /** The operator looks every 30 s; twice that on a busy machine. */
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(90);

    private static final String SOURCE =
            "sources: [{url: \"s3://bucket\", endpoint: \"http://s3.${NAMESPACE}.svc:7070\","
                    + " region: us-east-1, pathStyle: true, secretName: s3-credentials}]";
    private static final String KIND = "podmonitors.monitoring.coreos.com";
    private static final ResourceDefinitionContext MONITORS = new ResourceDefinitionContext.Builder()
            .withGroup("monitoring.coreos.com")
            .withVersion("v1")
            .withKind("PodMonitor")
            .withPlural("podmonitors")
            .withNamespaced(true)
            .build();

    @RegisterExtension
    static final OperatorUnderTest OPERATOR = new OperatorUnderTest("monitored");

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void aBucket() {
        removeKind();
        OPERATOR.applyFile("s3.yaml");
    }

    @AfterAll
    static void nothingIsLeft() {
        removeKind();
    }

    @Test
    @Order(1)
    void withoutPrometheusOperatorTheResourceIsReadyAndSaysWhatIsMissing() {
        wish("podMonitor: true, interval: 15s, labels: {release: prometheus}");
        OPERATOR.awaitReady("models");
        assertThat(OPERATOR.condition("models", "Monitored")).isEqualTo("False/NoPodMonitors");
        assertThat(OPERATOR.events())
                .filteredOn(event -> "NoPodMonitors".equals(event.getReason()))
                .extracting(Event::getType)
                .containsExactly("Warning");
    }

    @Test
    @Order(2)
    void whenItIsInstalledItIsToldOfTheAgents() {
        OPERATOR.applyFile("podmonitors.yaml");
        Await.until("made", SEEN_WITHIN, () -> monitor().get() != null);
        GenericKubernetesResource made = monitor().get();
        assertThat(made.getMetadata().getLabels())
                .containsEntry("release", "prometheus")
                .containsEntry("app.kubernetes.io/instance", "models");
        assertThat(made.getMetadata().getOwnerReferences())
                .singleElement()
                .satisfies(owner -> assertThat(owner.getUid())
                        .isEqualTo(OPERATOR.cache("models").getMetadata().getUid()));
        assertThat(interval()).isEqualTo("15s");
        Await.until(
                "told",
                SEEN_WITHIN,
                () -> OPERATOR.condition("models", "Monitored").equals("True/PodMonitorMade"));
    }

    @Test
    @Order(3)
    void itFollowsTheResource() {
        wish("podMonitor: true, interval: 1m, labels: {team: storage}");
        Await.until("changed", SEEN_WITHIN, () -> interval().equals("1m"));
        assertThat(monitor().get().getMetadata().getLabels())
                .containsEntry("team", "storage")
                .doesNotContainKey("release");
    }

    @Test
    @Order(4)
    void atRestNothingIsWrittenForAMinute() {
        Await.until("nothing is written any more", Duration.ofMinutes(2), () -> {
            OPERATOR.writes().clear();
            return Await.passed(Duration.ofSeconds(15)) && OPERATOR.writes().isEmpty();
        });
        assertThat(Await.passed(Duration.ofMinutes(1))).isTrue();
        assertThat(OPERATOR.writes()).isEmpty();
    }

    @Test
    @Order(5)
    void oneThatSomebodyDeletesIsMadeAnew() {
        String before = monitor().get().getMetadata().getUid();
        monitor().delete();
        Await.until("made anew", SEEN_WITHIN, () -> {
            GenericKubernetesResource now = monitor().get();
            return now != null && !now.getMetadata().getUid().equals(before);
        });
    }

    @Test
    @Order(6)
    void aLabelThatTheApiServerRefusesIsToldAndHoldsNothingUp() {
        wish("podMonitor: true, labels: {team: \"no label\"}");
        Await.until(
                "told",
                SEEN_WITHIN,
                () -> OPERATOR.condition("models", "Monitored").equals("False/Refused"));
        assertThat(String.valueOf(OPERATOR.cache("models").getStatus())).contains("no label");
        assertThat(OPERATOR.condition("models", "Ready")).isEqualTo("True/AgentsServe");
    }

    @Test
    @Order(7)
    void itIsDeletedWhenItIsNotWantedAnyMore() {
        wish("podMonitor: false");
        Await.until("deleted", SEEN_WITHIN, () -> monitor().get() == null);
        Await.until(
                "not told",
                SEEN_WITHIN,
                () -> OPERATOR.condition("models", "Monitored").isEmpty());
    }

    @Test
    @Order(8)
    void whenPrometheusOperatorIsRemovedTheOperatorGoesOn() throws Exception {
        wish("podMonitor: true");
        Await.until("made", SEEN_WITHIN, () -> monitor().get() != null);
        removeKind();
        Await.until(
                "told",
                SEEN_WITHIN,
                () -> OPERATOR.condition("models", "Monitored").equals("False/NoPodMonitors"));
        assertThat(ready().body()).isEqualTo("ok\n");
        OPERATOR.applyFile("podmonitors.yaml");
        Await.until(
                "made again",
                SEEN_WITHIN,
                () -> monitor().get() != null
                        && OPERATOR.condition("models", "Monitored").equals("True/PodMonitorMade"));
        assertThat(ready().statusCode()).isEqualTo(200);
    }

    @Test
    @Order(9)
    void withoutTheRightTheOperatorGoesOnAndSaysSo() throws Exception {
        OPERATOR.client()
                .rbac()
                .clusterRoles()
                .withName(OPERATOR.namespace() + "-blobcache-operator-dependent")
                .edit(role -> new ClusterRoleBuilder(role)
                        .removeMatchingFromRules(rule -> rule.hasMatchingResource("podmonitors"::equals))
                        .build());
        Await.until(
                "told",
                SEEN_WITHIN,
                () -> OPERATOR.condition("models", "Monitored").equals("False/Forbidden"));
        OPERATOR.stop();
        OPERATOR.start();
        OPERATOR.applyCache("other", SOURCE, "placement: {nodeSelector: {there-is: no-such-node}}");
        Await.until(
                "it works",
                SEEN_WITHIN,
                () -> OPERATOR.condition("other", "Ready").equals("False/NoNodes"));
        assertThat(OPERATOR.condition("models", "Monitored")).isEqualTo("False/Forbidden");
        assertThat(ready().body()).isEqualTo("ok\n");
    }

    private static void wish(String observability) {
        OPERATOR.applyCache("models", SOURCE, "disk: {quotaBytes: 1GiB}", "observability: {" + observability + "}");
    }

    private static Resource<GenericKubernetesResource> monitor() {
        return OPERATOR.client()
                .genericKubernetesResources(MONITORS)
                .inNamespace(OPERATOR.namespace())
                .withName("blobcache-models");
    }

    private static String interval() {
        return monitor().get().<String>get("spec", "podMetricsEndpoints", 0, "interval");
    }

    private HttpResponse<String> ready() throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/readyz".formatted(OPERATOR.httpPort())))
                        .build(),
                BodyHandlers.ofString());
    }

    private static void removeKind() {
        var kind = OPERATOR.client()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(KIND);
        kind.delete();
        kind.waitUntilCondition(found -> found == null, 30, TimeUnit.SECONDS);
    }
}
