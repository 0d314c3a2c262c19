package io.blobcache.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import org.junit.jupiter.api.Test;

class NodeFactsTest {
    private final Node node = new NodeBuilder()
            .withNewMetadata()
            .withName("n1")
            .addToLabels("zone", "a")
            .endMetadata()
            .withNewSpec()
            .endSpec()
            .withNewStatus()
            .addToCapacity("ephemeral-storage", new Quantity("100Gi"))
            .endStatus()
            .build();

    @Test
    void whatAKubeletRenewsAllTheTimeIsNoNews() {
        Node renewed = new NodeBuilder(node)
                .editMetadata()
                .withResourceVersion("2")
                .endMetadata()
                .editStatus()
                .addNewCondition()
                .withType("Ready")
                .withLastHeartbeatTime("2026-01-01T00:00:00Z")
                .endCondition()
                .addToAllocatable("ephemeral-storage", new Quantity("1Gi"))
                .endStatus()
                .build();
        assertThat(NodeFacts.differ(renewed, node)).isFalse();
    }

    @Test
    void aLabelACordonAndADiskAre() {
        Node moved = new NodeBuilder(node)
                .editMetadata()
                .addToLabels("zone", "b")
                .endMetadata()
                .build();
        Node cordoned = new NodeBuilder(node)
                .editSpec()
                .withUnschedulable(true)
                .endSpec()
                .build();
        Node larger = new NodeBuilder(node)
                .editStatus()
                .addToCapacity("ephemeral-storage", new Quantity("200Gi"))
                .endStatus()
                .build();
        assertThat(NodeFacts.differ(moved, node)).isTrue();
        assertThat(NodeFacts.differ(cordoned, node)).isTrue();
        assertThat(NodeFacts.differ(larger, node)).isTrue();
    }
}
