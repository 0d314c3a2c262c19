package io.blobcache.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.crd.BlobCache;
import io.blobcache.operator.rig.Await;
import io.blobcache.operator.rig.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of a change: agents take it, or are replaced, or keep what they have. One resource, changed step by step. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RolloutTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String SOURCE =
            "sources: [{url: \"s3://bucket\", endpoint: \"http://s3.${NAMESPACE}.svc:7070\","
                    + " region: us-east-1, pathStyle: true, secretName: s3-credentials}]";

    @RegisterExtension
    static final OperatorUnderTest OPERATOR = new OperatorUnderTest("rollout");

    @BeforeAll
    static void aBucketAndACache() {
        OPERATOR.applyFile("s3.yaml");
        OPERATOR.applyCache("models", SOURCE, "disk: {quotaBytes: 2GiB}");
        OPERATOR.awaitReady("models");
    }

    @Test
    @Order(1)
    void aLiveChangeReachesTheAgentsAndLeavesTheirPods() {
        Set<String> before = pods();
        OPERATOR.applyCache("models", SOURCE, "disk: {quotaBytes: 1GiB}");
        long nodes = OPERATOR.client().nodes().list().getItems().size();
        Await.until(
                "agents have the new quota",
                SOON,
                () -> String.valueOf(OPERATOR.cache("models").getStatus())
                        .contains("disk=TierStatus[capacity=%d.00Gi".formatted(nodes)));
        assertThat(pods()).isEqualTo(before);
        assertThat(OPERATOR.daemonSet("models").getMetadata().getGeneration()).isEqualTo(1);
    }

    @Test
    @Order(2)
    void aChangeThatNeedsARestartReplacesThePods() {
        Set<String> before = pods();
        OPERATOR.applyCache("models", SOURCE, "disk: {quotaBytes: 1GiB}", "fuse: {readerThreads: 6}");
        Await.until(
                "rolling",
                SOON,
                () -> OPERATOR.condition("models", "Progressing").equals("True/RollingOut"));
        Await.until(
                "rolled",
                OperatorUnderTest.START_LIMIT,
                () -> OPERATOR.condition("models", "Progressing").equals("False/UpToDate")
                        && OPERATOR.condition("models", "Ready").equals("True/AgentsServe"));
        assertThat(pods()).doesNotContainAnyElementsOf(before);
    }

    @Test
    @Order(3)
    void onDeleteWaitsForSomebodyToDeleteThePods() {
        Set<String> before = pods();
        OPERATOR.applyCache(
                "models",
                SOURCE,
                "disk: {quotaBytes: 1GiB}",
                "fuse: {readerThreads: 5}",
                "updateStrategy: {type: OnDelete}");
        Await.until(
                "waits", SOON, () -> OPERATOR.condition("models", "Progressing").equals("False/WaitsForDeletion"));
        assertThat(OPERATOR.condition("models", "Ready")).isEqualTo("True/AgentsServe");
        assertThat(pods()).isEqualTo(before);
    }

    @Test
    @Order(4)
    void whatTheAgentWouldRefuseIsKeptFromTheAgents() {
        String before = OPERATOR.text("blobcache-models-config", "agent.yaml");
        Set<String> pods = pods();
        // The schema cannot know what budget a limit of 512Mi gives: 128 MiB, of which 16 have to be left.
        OPERATOR.applyCache(
                "models",
                SOURCE,
                "disk: {quotaBytes: 1GiB}",
                "fuse: {readerThreads: 5}",
                "memory: {tierBytes: 120MiB}",
                "updateStrategy: {type: OnDelete}");
        Await.until("told", SOON, () -> OPERATOR.condition("models", "Ready").equals("False/InvalidConfiguration"));
        assertThat(String.valueOf(OPERATOR.cache("models").getStatus())).contains("memory.tierBytes");
        assertThat(OPERATOR.text("blobcache-models-config", "agent.yaml")).isEqualTo(before);
        assertThat(pods()).isEqualTo(pods);
    }

    @Test
    @Order(5)
    void theEventsToldEachTransitionOnce() {
        List<Event> events = OPERATOR.events().stream()
                .filter(event -> "blobcache.io/operator".equals(event.getReportingController()))
                .toList();
        assertThat(events)
                .filteredOn(event -> event.getReason().equals("InvalidConfiguration"))
                .extracting(Event::getType)
                // Of Ready and of Degraded.
                .containsExactlyInAnyOrder("Normal", "Warning");
        // Once for each change of the DaemonSet above: made, rolled, OnDelete. The last two may be carried out before
        // they are seen.
        assertThat(events)
                .filteredOn(event -> event.getReason().equals("RollingOut"))
                .hasSizeBetween(1, 3);
    }

    @Test
    @Order(6)
    void whatIsBeingDeletedIsNotMadeAnew() {
        OPERATOR.applyCache("nowhere", SOURCE, "placement: {nodeSelector: {there-is: no-such-node}}");
        Await.until("made", SOON, () -> OPERATOR.condition("nowhere", "Ready").equals("False/NoNodes"));
        OPERATOR.client()
                .resources(BlobCache.class)
                .inNamespace(OPERATOR.namespace())
                .withName("nowhere")
                .withPropagationPolicy(DeletionPropagation.FOREGROUND)
                .delete();
        Await.until(
                "it is gone",
                SOON,
                () -> OPERATOR.client()
                                .resources(BlobCache.class)
                                .inNamespace(OPERATOR.namespace())
                                .withName("nowhere")
                                .get()
                        == null);
        assertThat(OPERATOR.text("blobcache-nowhere-config", "agent.yaml")).isEmpty();
    }

    @Test
    @Order(7)
    void aDeletionEndsWithoutTheOperator() {
        assertThat(OPERATOR.cache("models").getMetadata().getFinalizers()).isEmpty();
        OPERATOR.stop();
        OPERATOR.client()
                .resources(BlobCache.class)
                .inNamespace(OPERATOR.namespace())
                .withName("models")
                .delete();
        Await.until("no agent is left", SOON, () -> pods().isEmpty());
        assertThat(OPERATOR.text("blobcache-models-config", "agent.yaml")).isEmpty();
        OPERATOR.start();
    }

    private static Set<String> pods() {
        return OPERATOR
                .client()
                .pods()
                .inNamespace(OPERATOR.namespace())
                .withLabel("app.kubernetes.io/instance", "models")
                .list()
                .getItems()
                .stream()
                .map(Pod::getMetadata)
                .map(meta -> meta.getUid())
                .collect(Collectors.toSet());
    }
}
