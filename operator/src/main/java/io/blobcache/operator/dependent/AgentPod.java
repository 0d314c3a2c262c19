package io.blobcache.operator.dependent;

import io.blobcache.crd.PlacementSpec;
import io.blobcache.operator.plan.Plan;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pod of an agent: where it runs, and for how long it may end. */
final class AgentPod {
    /** A pod with another value is replaced; settings that agents take live are not in it. */
    static final String RESTART_HASH = "blobcache.io/restart-hash";

    /** Unmounting, and writing what is queued for the disk, after the drain. */
    private static final long AFTER_DRAIN_SECONDS = 20;

    private AgentPod() {}

    static PodTemplateSpec of(Plan plan) {
        PodSpecBuilder spec = new PodSpecBuilder()
                .withServiceAccountName(plan.names().agents())
                .withTerminationGracePeriodSeconds(Drain.time(plan.spec()).toSeconds() + AFTER_DRAIN_SECONDS)
                .withImagePullSecrets(plan.agentImage().pullSecrets().stream()
                        .map(LocalObjectReference::new)
                        .toList())
                .withContainers(AgentContainer.of(plan))
                .withVolumes(AgentVolumes.of(plan));
        PlacementSpec placement = plan.spec().placement();
        if (placement != null) {
            spec.withPriorityClassName(placement.priorityClassName())
                    .withNodeSelector(placement.nodeSelector())
                    .withAffinity(affinity(placement))
                    .withTolerations(tolerations(placement));
        }
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(plan.names().labels())
                .addToAnnotations(RESTART_HASH, plan.restartHash())
                // An autoscaler that empties a node ends those that read first, and the agent with the node.
                .addToAnnotations("cluster-autoscaler.kubernetes.io/enable-ds-eviction", "false")
                .endMetadata()
                .withSpec(spec.build())
                .build();
    }

    private static @Nullable Affinity affinity(PlacementSpec placement) {
        if (placement.nodeExpressions() == null || placement.nodeExpressions().isEmpty()) {
            return null;
        }
        List<NodeSelectorRequirement> all = placement.nodeExpressions().stream()
                .map(wanted -> new NodeSelectorRequirement(
                        wanted.key(), wanted.operator().name(), wanted.values()))
                .toList();
        return new AffinityBuilder()
                .withNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .addNewNodeSelectorTerm()
                .withMatchExpressions(all)
                .endNodeSelectorTerm()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .build();
    }

    private static List<Toleration> tolerations(PlacementSpec placement) {
        return placement.tolerations() == null
                ? List.of()
                : placement.tolerations().stream()
                        .map(given -> new Toleration(
                                given.effect() == null ? null : given.effect().name(),
                                given.key(),
                                given.operator() == null
                                        ? null
                                        : given.operator().name(),
                                given.tolerationSeconds(),
                                given.value()))
                        .toList();
    }
}
