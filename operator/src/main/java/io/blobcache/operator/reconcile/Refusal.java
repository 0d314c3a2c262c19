package io.blobcache.operator.reconcile;

import io.blobcache.operator.dependent.PodMonitorOwned;
import io.blobcache.operator.status.Monitoring;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.AggregatedOperatorException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A PodMonitor that the API server did not take: the agents run without it, so it is told and nothing else is held up. */
final class Refusal {
    private Refusal() {}

    /** Empty if anything else failed too. */
    static Optional<Monitoring> of(AggregatedOperatorException failures) {
        Map<String, Exception> all = failures.getAggregatedExceptions();
        return all.keySet().equals(Set.of(PodMonitorOwned.NAME))
                        && all.get(PodMonitorOwned.NAME) instanceof KubernetesClientException refused
                        && refused.getStatus() != null
                ? Optional.of(new Monitoring(
                        Monitoring.State.REFUSED,
                        String.valueOf(refused.getStatus().getMessage())))
                : Optional.empty();
    }
}
