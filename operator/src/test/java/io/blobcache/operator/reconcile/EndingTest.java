package io.blobcache.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.AggregatedOperatorException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EndingTest {
    @Test
    void aNamespaceThatIsBeingDeletedIsNoFailure() {
        assertThat(ends(refused("NamespaceTerminating"), refused("NamespaceTerminating")))
                .isTrue();
    }

    @Test
    void anythingElseIsAlsoIfItComesWithIt() {
        assertThat(ends(refused("NamespaceTerminating"), refused("FieldValueInvalid")))
                .isFalse();
        assertThat(ends(new KubernetesClientException("connection refused"))).isFalse();
        assertThat(ends(new IllegalStateException("NamespaceTerminating"))).isFalse();
        assertThat(ends()).isFalse();
    }

    private static boolean ends(Exception... failures) {
        Map<String, Exception> all = new HashMap<>();
        for (Exception failure : failures) {
            all.put("dependent-" + all.size(), failure);
        }
        return Ending.ofNamespace(new AggregatedOperatorException("failed", all));
    }

    private static KubernetesClientException refused(String reason) {
        Status status = new StatusBuilder()
                .withCode(403)
                .withNewDetails()
                .addNewCause("metadata.namespace", "is being terminated", reason)
                .endDetails()
                .build();
        return new KubernetesClientException("forbidden", 403, status);
    }
}
