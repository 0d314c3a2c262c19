package io.blobcache.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.blobcache.operator.rig.Await;
import io.blobcache.operator.rig.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the API server refuses is told by the resource, and made when it is taken. One resource without nodes, step by step. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RefusedTest {
    /** What was refused is tried again within a minute; more on a busy machine. */
    private static final Duration TRIED_WITHIN = Duration.ofSeconds(150);

    private static final String SOURCE = "sources: [{url: \"s3://bucket\"}]";
    private static final String NOWHERE = "nodeSelector: {there-is: no-such-node}";
    private static final String DAEMON_SETS = "count/daemonsets.apps";

    @RegisterExtension
    static final OperatorUnderTest OPERATOR = new OperatorUnderTest("refused");

    @Test
    @Order(1)
    void aNewResourceSaysWhyNothingIsMadeOfIt() {
        OPERATOR.client()
                .resource(new ResourceQuotaBuilder()
                        .withNewMetadata()
                        .withNamespace(OPERATOR.namespace())
                        .withName("none")
                        .endMetadata()
                        .withNewSpec()
                        .addToHard(DAEMON_SETS, new Quantity("0"))
                        .endSpec()
                        .build())
                .create();
        Await.until(
                "the quota holds",
                TRIED_WITHIN,
                () -> OPERATOR.client()
                        .resourceQuotas()
                        .inNamespace(OPERATOR.namespace())
                        .withName("none")
                        .get()
                        .getStatus()
                        .getHard()
                        .containsKey(DAEMON_SETS));
        OPERATOR.applyCache("models", SOURCE, "placement: {" + NOWHERE + "}");
        awaitReady("False/Refused");
        assertToldOfGeneration(1, "exceeded quota");
        assertThat(OPERATOR.condition("models", "Degraded")).isEqualTo("True/Refused");
    }

    @Test
    @Order(2)
    void itIsTriedAgainAndToldOnce() {
        Await.until("tried again", TRIED_WITHIN, () -> {
            OPERATOR.writes().clear();
            return Await.passed(Duration.ofSeconds(10))
                    && OPERATOR.writes().stream().anyMatch(write -> write.contains("daemonsets"));
        });
        assertThat(OPERATOR.writes()).noneMatch(write -> write.contains("status"));
        assertThat(OPERATOR.events())
                .filteredOn(event -> "Refused".equals(event.getReason()))
                .extracting(Event::getType, event -> event.getNote().split(":", 2)[0])
                .containsExactlyInAnyOrder(
                        tuple("Normal", "Ready is False"),
                        tuple("Normal", "Progressing is False"),
                        tuple("Warning", "Degraded is True"));
        OPERATOR.client()
                .resourceQuotas()
                .inNamespace(OPERATOR.namespace())
                .withName("none")
                .delete();
        awaitReady("False/NoNodes");
    }

    @Test
    @Order(3)
    void aChangeThatIsRefusedIsToldToo() {
        OPERATOR.applyCache(
                "models", SOURCE, "placement: {" + NOWHERE + ", tolerations: [{key: \"no label\", operator: Exists}]}");
        awaitReady("False/Refused");
        assertToldOfGeneration(2, "no label");
        OPERATOR.applyCache("models", SOURCE, "placement: {" + NOWHERE + "}");
        awaitReady("False/NoNodes");
        assertThat(OPERATOR.condition("models", "Degraded")).isEqualTo("False/AsWanted");
    }

    private static void awaitReady(String told) {
        Await.until(
                "Ready is " + told,
                TRIED_WITHIN,
                () -> OPERATOR.condition("models", "Ready").equals(told));
    }

    private static void assertToldOfGeneration(long generation, String message) {
        assertThat(OPERATOR.cache("models").getMetadata().getGeneration()).isEqualTo(generation);
        assertThat(OPERATOR.cache("models").getStatus()).satisfies(status -> {
            assertThat(status.observedGeneration()).isEqualTo(generation);
            assertThat(List.of(status.conditions()).toString()).contains(message);
        });
    }
}
