package io.blobcache.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.AggregatedOperatorException;

/** Tells a namespace that is being deleted, in which nothing can be made any more, from trouble. */
final class Ending {
    private static final String TERMINATING = "NamespaceTerminating";

    private Ending() {}

    /** Whether every failure is for this reason: the resource itself is deleted in a moment. */
    static boolean ofNamespace(AggregatedOperatorException failures) {
        return !failures.getAggregatedExceptions().isEmpty()
                && failures.getAggregatedExceptions().values().stream().allMatch(Ending::terminating);
    }

    private static boolean terminating(Exception failure) {
        return failure instanceof KubernetesClientException refused
                && refused.getStatus() != null
                && refused.getStatus().getDetails() != null
                && refused.getStatus().getDetails().getCauses().stream()
                        .anyMatch(cause -> TERMINATING.equals(cause.getReason()));
    }
}
