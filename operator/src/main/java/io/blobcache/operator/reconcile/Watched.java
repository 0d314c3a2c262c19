package io.blobcache.operator.reconcile;

import io.blobcache.crd.BlobCache;
import io.blobcache.crd.BlobCacheWarmup;
import io.blobcache.operator.agents.AgentsPolling;
import io.blobcache.operator.agents.AgentsReport;
import io.blobcache.operator.dependent.PodMonitorOwned;
import io.blobcache.operator.members.Membership;
import io.blobcache.operator.plan.Names;
import io.blobcache.operator.plan.Places;
import io.blobcache.operator.status.Monitoring;
import io.blobcache.operator.warmup.WarmupsText;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.Mappers;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** What the reconciler watches beside what it makes: the agents' pods, and the nodes that they are on. */
final class Watched implements AgentsPolling.Surroundings {
    static final String CONFIG_MAPS = "config-maps";

    private InformerEventSource<ConfigMap, BlobCache> configMaps;
    private InformerEventSource<Node, BlobCache> nodes;
    private InformerEventSource<Pod, BlobCache> pods;
    private InformerEventSource<BlobCacheWarmup, BlobCache> warmups;
    private AgentsPolling agents;
    private PodMonitorsPolling podMonitors;

    private final Clock clock;

    @SuppressWarnings("NullAway.Init") // The rest is filled by sources, which comes before anything else.
    Watched(Clock clock) {
        this.clock = clock;
    }

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
        pods = pods(context);
        warmups = warmups(context);
        agents = new AgentsPolling(this, clock);
        podMonitors = new PodMonitorsPolling(context);
        return List.of(configMaps, nodes, pods, warmups, agents, podMonitors);
    }

    private static InformerEventSource<Pod, BlobCache> pods(EventSourceContext<BlobCache> context) {
        return new InformerEventSource<>(
                InformerEventSourceConfiguration.from(Pod.class, BlobCache.class)
                        .withName("pods")
                        .withLabelSelector(Names.SELECTOR)
                        .withSecondaryToPrimaryMapper(pod -> Set.of(new ResourceID(
                                Names.instance(pod), pod.getMetadata().getNamespace())))
                        .build(),
                context);
    }

    private static InformerEventSource<BlobCacheWarmup, BlobCache> warmups(EventSourceContext<BlobCache> context) {
        return new InformerEventSource<>(
                InformerEventSourceConfiguration.from(BlobCacheWarmup.class, BlobCache.class)
                        .withName("warmups")
                        .withOnUpdateFilter(WarmupsText::differ)
                        .withSecondaryToPrimaryMapper(warmup -> Set.of(WarmupsWatched.cacheOf(warmup)))
                        .build(),
                context);
    }

    private static Set<ResourceID> allOf(EventSourceContext<BlobCache> context) {
        return context.getPrimaryCache().list().map(ResourceID::fromResource).collect(Collectors.toSet());
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

    /** What its agents are to fetch ahead. */
    String warmups(BlobCache cache, Collection<Pod> agentPods) {
        ResourceID id = ResourceID.fromResource(cache);
        List<BlobCacheWarmup> all = warmups.list(
                        cache.getMetadata().getNamespace(),
                        warmup -> WarmupsWatched.cacheOf(warmup).equals(id))
                .toList();
        List<String> names = agentPods.stream()
                .map(pod -> pod.getSpec().getNodeName())
                .filter(Objects::nonNull)
                .toList();
        return WarmupsText.of(all, names);
    }

    /** How the agents of a resource were a moment ago. */
    AgentsReport report(BlobCache cache) {
        return agents.report(ResourceID.fromResource(cache));
    }

    /** Whether Prometheus' operator can be told of agents in this cluster. */
    boolean podMonitors() {
        return podMonitors.state() == Monitoring.State.TOLD;
    }

    /** What comes of the wish of a resource, unless it is refused. */
    Monitoring monitoring(BlobCache cache) {
        return PodMonitorOwned.wanted(cache.getSpec().observability())
                ? Monitoring.of(podMonitors.state())
                : Monitoring.NOT_WANTED;
    }

    @Override
    public List<Pod> pods(ResourceID cache) {
        return pods.list(cache.getNamespace().orElse(""), pod -> cache.getName().equals(Names.instance(pod)))
                .toList();
    }

    @Override
    public int members(ResourceID cache) {
        Names names = new Names(cache.getNamespace().orElse(""), cache.getName());
        return Membership.size(text(names, names.membersMap(), Places.MEMBERS_KEY));
    }

    /** One key of a ConfigMap as it is now; empty if it is not there. */
    String text(Names names, String configMap, String key) {
        return configMaps
                .get(new ResourceID(configMap, names.namespace()))
                .map(map -> map.getData() == null ? "" : map.getData().getOrDefault(key, ""))
                .orElse("");
    }
}
