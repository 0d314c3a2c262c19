package io.blobcache.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.operator.status.Monitoring;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.AggregatedOperatorException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RefusalTest {
    private final KubernetesClientException refused = new KubernetesClientException(
            "PATCH failed",
            422,
            new StatusBuilder().withCode(422).withMessage("bad label").build());

    @Test
    void aPodMonitorThatIsNotTakenHoldsNothingUpAndIsTold() {
        AggregatedOperatorException alone = failed(Map.of("pod-monitor", refused));
        assertThat(Refusal.ofPodMonitor(alone)).contains(new Monitoring(Monitoring.State.REFUSED, "bad label"));
        assertThat(Refusal.ofPodMonitorOnly(alone)).isTrue();
        assertThat(Refusal.ofOthers(alone)).isEmpty();
    }

    @Test
    void whatElseFailsIsAFailure() {
        assertThat(Refusal.ofPodMonitorOnly(failed(Map.of("config", refused)))).isFalse();
        assertThat(Refusal.ofPodMonitorOnly(failed(Map.of("config", refused, "pod-monitor", refused))))
                .isFalse();
        for (Exception unanswered :
                List.of(new KubernetesClientException("connection refused"), new IllegalStateException("a bug"))) {
            assertThat(Refusal.ofPodMonitor(failed(Map.of("pod-monitor", unanswered))))
                    .isEmpty();
            assertThat(Refusal.ofPodMonitorOnly(failed(Map.of("pod-monitor", unanswered))))
                    .isFalse();
        }
    }

    @Test
    void whatWasRefusedIsToldOnceEachAndNotWithoutEnd() {
        assertThat(Refusal.ofOthers(
                        failed(Map.of("b", answer(403, "z"), "a", answer(422, "y"), "c", answer(403, "z")))))
                .isEqualTo("y; z");
        assertThat(Refusal.ofOthers(failed(Map.of("a", answer(422, "long".repeat(1000))))))
                .hasSize(1027);
    }

    @Test
    void whatHasOnlyToBeTriedAgainIsNoRefusal() {
        for (int code : List.of(408, 409, 429, 500, 503)) {
            assertThat(Refusal.ofOthers(failed(Map.of("a", answer(code, "later")))))
                    .as("%d", code)
                    .isEmpty();
        }
        assertThat(Refusal.ofOthers(failed(Map.of("a", answer(500, "failed calling webhook \"x\"")))))
                .contains("webhook");
        assertThat(Refusal.ofOthers(failed(Map.of("a", new KubernetesClientException("connection refused")))))
                .isEmpty();
    }

    private static KubernetesClientException answer(int code, String message) {
        return new KubernetesClientException(
                "PATCH failed",
                code,
                new StatusBuilder().withCode(code).withMessage(message).build());
    }

    private static AggregatedOperatorException failed(Map<String, Exception> failures) {
        return new AggregatedOperatorException("failed", failures);
    }
}
