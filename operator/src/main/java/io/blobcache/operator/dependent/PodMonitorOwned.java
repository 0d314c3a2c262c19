package io.blobcache.operator.dependent;

import io.blobcache.crd.BlobCache;
import io.blobcache.crd.ObservabilitySpec;
import io.blobcache.operator.plan.Names;
import io.blobcache.operator.plan.Plan;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.dependent.DependentResource;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import io.javaoperatorsdk.operator.processing.dependent.workflow.Condition;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells Prometheus' operator of the agents, if the resource wants that and the cluster has one. */
@KubernetesDependent(informer = @Informer(labelSelector = Names.SELECTOR))
public final class PodMonitorOwned extends Owned<PodMonitor> {
    /** Of the dependent, and so of the source of its events. */
    public static final String NAME = "pod-monitor";

    private static final String INTERVAL = "30s";

    public PodMonitorOwned() {
        super(PodMonitor.class);
    }

    /** Whether it is to be there; if not, one that is there is deleted. */
    public static final class Wanted implements Condition<PodMonitor, BlobCache> {
        @Override
        public boolean isMet(
                DependentResource<PodMonitor, BlobCache> owned, BlobCache cache, Context<BlobCache> context) {
            return wanted(cache.getSpec().observability());
        }
    }

    /** Whether there is such a thing in this cluster; if not, nobody listens for any. */
    public static final class Possible implements Condition<PodMonitor, BlobCache> {
        @Override
        public boolean isMet(
                DependentResource<PodMonitor, BlobCache> owned, BlobCache cache, Context<BlobCache> context) {
            return planOf(context).podMonitors();
        }
    }

    public static boolean wanted(@Nullable ObservabilitySpec spec) {
        return spec != null && Boolean.TRUE.equals(spec.podMonitor());
    }

    @Override
    PodMonitor wanted(Plan plan) {
        ObservabilitySpec spec = plan.spec().observability();
        Map<String, String> labels = spec == null || spec.labels() == null ? Map.of() : spec.labels();
        String interval = spec == null || spec.interval() == null ? INTERVAL : spec.interval();
        PodMonitor monitor = new PodMonitor();
        // Ours come last: by them it is found again.
        monitor.setMetadata(new ObjectMetaBuilder(metadata(plan, plan.names().agents()))
                .withLabels(labels)
                .addToLabels(plan.names().labels())
                .build());
        monitor.setSpec(Map.of(
                "jobLabel",
                Names.APP,
                "selector",
                Map.of("matchLabels", plan.names().selector()),
                "podMetricsEndpoints",
                List.of(Map.of(
                        "port",
                        "metrics",
                        "path",
                        "/metrics",
                        "interval",
                        interval,
                        "relabelings",
                        // The action would be filled in, and then differ from what is wanted for ever.
                        List.of(Map.of(
                                "action",
                                "replace",
                                "sourceLabels",
                                List.of("__meta_kubernetes_pod_node_name"),
                                "targetLabel",
                                "node"))))));
        return monitor;
    }
}
