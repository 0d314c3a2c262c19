package io.blobcache.operator.reconcile;

import io.blobcache.crd.BlobCache;
import io.blobcache.crd.BlobCacheWarmup;
import io.blobcache.operator.agents.WarmupAnswers;
import io.blobcache.operator.agents.WarmupPolling;
import io.blobcache.operator.plan.Names;
import io.blobcache.operator.warmup.Course;
import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.IndexedResourceCache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the reconciler of warmups watches: their caches, and the pods of these caches' agents, to ask them. */
final class WarmupsWatched implements WarmupPolling.Surroundings {
    private final Clock clock;
    private IndexedResourceCache<BlobCacheWarmup> warmups;
    private InformerEventSource<BlobCache, BlobCacheWarmup> caches;
    private InformerEventSource<Pod, BlobCacheWarmup> pods;
    private WarmupPolling agents;

    @SuppressWarnings("NullAway.Init") // The rest is filled by sources, which comes before anything else.
    WarmupsWatched(Clock clock) {
        this.clock = clock;
    }

    List<EventSource<?, BlobCacheWarmup>> sources(EventSourceContext<BlobCacheWarmup> context) {
        warmups = context.getPrimaryCache();
        caches = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(BlobCache.class, BlobCacheWarmup.class)
                        .withName("caches")
                        .withSecondaryToPrimaryMapper(cache -> of(ResourceID.fromResource(cache))
                                .map(ResourceID::fromResource)
                                .collect(Collectors.toSet()))
                        .build(),
                context);
        pods = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(Pod.class, BlobCacheWarmup.class)
                        .withName("pods")
                        .withLabelSelector(Names.SELECTOR)
                        // They are asked all the time while it matters.
                        .withSecondaryToPrimaryMapper(_ -> Set.of())
                        .build(),
                context);
        agents = new WarmupPolling(this, clock);
        return List.of(caches, pods, agents);
    }

    static ResourceID cacheOf(BlobCacheWarmup warmup) {
        return new ResourceID(warmup.getSpec().cacheName(), warmup.getMetadata().getNamespace());
    }

    @Nullable
    BlobCache cache(ResourceID id) {
        return caches.get(id)
                .filter(cache -> cache.getMetadata().getDeletionTimestamp() == null)
                .orElse(null);
    }

    WarmupAnswers answers(ResourceID cache) {
        return agents.answers(cache);
    }

    /** Its agents are asked until none of its warmups is under way. */
    void follow(ResourceID cache) {
        agents.follow(cache);
    }

    /** How many more warmups of the same cache are under way. */
    int others(BlobCacheWarmup warmup) {
        ResourceID self = ResourceID.fromResource(warmup);
        return (int) underWay(cacheOf(warmup)).stream()
                .filter(other -> !other.equals(self))
                .count();
    }

    @Override
    public Set<ResourceID> underWay(ResourceID cache) {
        return of(cache).filter(Course::underWay).map(ResourceID::fromResource).collect(Collectors.toSet());
    }

    @Override
    public List<Pod> pods(ResourceID cache) {
        return pods.list(cache.getNamespace().orElse(""), pod -> cache.getName().equals(Names.instance(pod)))
                .toList();
    }

    private Stream<BlobCacheWarmup> of(ResourceID cache) {
        return warmups.list(
                cache.getNamespace().orElse(""), warmup -> cacheOf(warmup).equals(cache));
    }
}
