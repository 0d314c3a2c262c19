package io.blobcache.operator.reconcile;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Of a node, what the mesh goes by. A kubelet renews the rest of it all the time. */
record NodeFacts(
        @Nullable Map<String, String> labels,
        boolean cordoned,
        @Nullable Quantity disk) {

    static boolean differ(Node now, Node before) {
        return !of(now).equals(of(before));
    }

    private static NodeFacts of(Node node) {
        Map<String, Quantity> capacity =
                node.getStatus() == null ? null : node.getStatus().getCapacity();
        return new NodeFacts(
                node.getMetadata().getLabels(),
                Boolean.TRUE.equals(node.getSpec().getUnschedulable()),
                capacity == null ? null : capacity.get("ephemeral-storage"));
    }
}
