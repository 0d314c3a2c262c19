package io.blobcache.e2e.cluster;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.util.function.UnaryOperator;

/** A node that a scenario chooses for agents, by a label, and cordons; closing it takes both back. */
record ChosenNode(Cluster cluster, String name) implements AutoCloseable {

    /** A line of a cache's spec by which it has agents on the nodes that this scenario has chosen. */
    String placement() {
        return "placement: {nodeSelector: {" + label() + ": chosen}}";
    }

    void choose() {
        edit(node -> node.editMetadata().addToLabels(label(), "chosen").endMetadata());
    }

    void leave() {
        edit(node -> node.editMetadata().removeFromLabels(label()).endMetadata());
    }

    void cordon() {
        edit(node -> node.editSpec().withUnschedulable(true).endSpec());
    }

    void uncordon() {
        edit(node -> node.editSpec().withUnschedulable(false).endSpec());
    }

    @Override
    public void close() {
        uncordon();
        leave();
    }

    private String label() {
        return "e2e.blobcache.io/" + cluster.namespace();
    }

    private void edit(UnaryOperator<NodeBuilder> change) {
        cluster.client()
                .nodes()
                .withName(name)
                .edit(node -> change.apply(new NodeBuilder(node)).build());
    }
}
