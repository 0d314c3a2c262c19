package io.blobcache.e2e.cluster;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/** A node that a scenario chooses for agents, by a label, and cordons; closing it takes both back. */
record ChosenNode(Cluster cluster, String name) implements AutoCloseable {

    /** A line of a cache's spec by which it has agents on the nodes that this scenario has chosen. */
    String placement() {
        return "placement: {nodeSelector: {" + label() + ": chosen}}";
    }

    void choose() {
        patch("{\"metadata\":{\"labels\":{\"%s\":\"chosen\"}}}".formatted(label()));
    }

    void leave() {
        patch("{\"metadata\":{\"labels\":{\"%s\":null}}}".formatted(label()));
    }

    void cordon() {
        patch("{\"spec\":{\"unschedulable\":true}}");
    }

    void uncordon() {
        patch("{\"spec\":{\"unschedulable\":null}}");
    }

    @Override
    public void close() {
        uncordon();
        leave();
    }

    private String label() {
        return "e2e.blobcache.io/" + cluster.namespace();
    }

    /** As kubectl does it: whatever others change of the node at the same time. */
    private void patch(String change) {
        cluster.client().nodes().withName(name).patch(PatchContext.of(PatchType.JSON_MERGE), change);
    }
}
