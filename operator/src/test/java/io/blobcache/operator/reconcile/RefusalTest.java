package io.blobcache.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.operator.status.Monitoring;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.AggregatedOperatorException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RefusalTest {
    private final KubernetesClientException refused = new KubernetesClientException(
            "PATCH failed",
            422,
            new StatusBuilder().withCode(422).withMessage("bad label").build());

    @Test
    void aPodMonitorThatIsNotTakenHoldsNothingUpAndIsTold() {
        assertThat(Refusal.of(failed(Map.of("pod-monitor", refused))))
                .contains(new Monitoring(Monitoring.State.REFUSED, "bad label"));
    }

    @Test
    void whatElseFailsIsAFailure() {
        assertThat(Refusal.of(failed(Map.of("config", refused)))).isEmpty();
        assertThat(Refusal.of(failed(Map.of("config", refused, "pod-monitor", refused))))
                .isEmpty();
        assertThat(Refusal.of(failed(Map.of("pod-monitor", new KubernetesClientException("connection refused")))))
                .isEmpty();
        assertThat(Refusal.of(failed(Map.of("pod-monitor", new IllegalStateException("a bug")))))
                .isEmpty();
    }

    private static AggregatedOperatorException failed(Map<String, Exception> failures) {
        return new AggregatedOperatorException("failed", failures);
    }
}
