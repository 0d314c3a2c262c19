package io.blobcache.operator.dependent;

import io.blobcache.crd.UpdateStrategySpec;
import io.blobcache.operator.plan.Names;
import io.blobcache.operator.plan.Plan;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSetUpdateStrategy;
import io.fabric8.kubernetes.api.model.apps.DaemonSetUpdateStrategyBuilder;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import org.jspecify.annotations.Nullable;

/** An agent on every node that the resource chooses. */
@KubernetesDependent(informer = @Informer(labelSelector = Names.SELECTOR))
public final class DaemonSetOwned extends Owned<DaemonSet> {
    public DaemonSetOwned() {
        super(DaemonSet.class);
    }

    @Override
    DaemonSet wanted(Plan plan) {
        return new DaemonSetBuilder()
                .withMetadata(metadata(plan, plan.names().agents()))
                .withNewSpec()
                .withNewSelector()
                .withMatchLabels(plan.names().selector())
                .endSelector()
                .withUpdateStrategy(strategy(plan.spec().updateStrategy()))
                .withTemplate(AgentPod.of(plan))
                .endSpec()
                .build();
    }

    private static DaemonSetUpdateStrategy strategy(@Nullable UpdateStrategySpec spec) {
        if (spec != null && spec.type() == UpdateStrategySpec.Type.OnDelete) {
            return new DaemonSetUpdateStrategyBuilder().withType("OnDelete").build();
        }
        String away = spec == null || spec.maxUnavailable() == null ? "1" : spec.maxUnavailable();
        return new DaemonSetUpdateStrategyBuilder()
                .withType("RollingUpdate")
                .withNewRollingUpdate()
                .withMaxUnavailable(away.endsWith("%") ? new IntOrString(away) : new IntOrString(Integer.valueOf(away)))
                .endRollingUpdate()
                .build();
    }
}
