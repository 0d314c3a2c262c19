package io.blobcache.operator.reconcile;

import io.blobcache.crd.BlobCache;
import io.blobcache.operator.plan.Names;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.Mappers;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the reconciler watches beside what it makes: the agents' pods, and the nodes that they are on. */
final class Watched {
    static final String CONFIG_MAPS = "config-maps";

    private InformerEventSource<ConfigMap, BlobCache> configMaps;
    private InformerEventSource<Node, BlobCache> nodes;

    @SuppressWarnings("NullAway.Init") // Filled by sources, which comes before anything else.
    Watched() {}

    List<EventSource<?, BlobCache>> sources(EventSourceContext<BlobCache> context) {
        configMaps = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(ConfigMap.class, BlobCache.class)
                        .withName(CONFIG_MAPS)
                        .withLabelSelector(Names.SELECTOR)
                        .withSecondaryToPrimaryMapper(Mappers.fromOwnerReferences(BlobCache.class))
                        .build(),
                context);
        nodes = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(Node.class, BlobCache.class)
                        .withName("nodes")
                        .withWatchAllNamespaces()
                        .withOnUpdateFilter(NodeFacts::differ)
                        // What a node is matters to those who have an agent on it, and an agent's pod comes or goes
                        // with it.
                        .withSecondaryToPrimaryMapper(_ -> allOf(context))
                        .build(),
                context);
        return List.of(configMaps, nodes, pods(context));
    }

    private static InformerEventSource<Pod, BlobCache> pods(EventSourceContext<BlobCache> context) {
        return new InformerEventSource<>(
                InformerEventSourceConfiguration.from(Pod.class, BlobCache.class)
                        .withName("pods")
                        .withLabelSelector(Names.SELECTOR)
                        .withSecondaryToPrimaryMapper(pod -> Set.of(new ResourceID(
                                pod.getMetadata().getLabels().getOrDefault(Names.INSTANCE, ""),
                                pod.getMetadata().getNamespace())))
                        .build(),
                context);
    }

    private static Set<ResourceID> allOf(EventSourceContext<BlobCache> context) {
        return context.getPrimaryCache()
                .list()
                .map(ResourceID::fromResource)
                .collect(java.util.stream.Collectors.toSet());
    }

    /** Those on which the pods are, by name. */
    Map<String, Node> nodes(Collection<Pod> pods) {
        Map<String, Node> found = new HashMap<>();
        for (Pod pod : pods) {
            String name = pod.getSpec().getNodeName();
            if (name != null) {
                nodes.get(new ResourceID(name)).ifPresent(node -> found.put(name, node));
            }
        }
        return found;
    }

    /** One key of a ConfigMap as it is now; empty if it is not there. */
    String text(Names names, String configMap, String key) {
        return configMaps
                .get(new ResourceID(configMap, names.namespace()))
                .map(map -> map.getData() == null ? "" : map.getData().getOrDefault(key, ""))
                .orElse("");
    }
}
