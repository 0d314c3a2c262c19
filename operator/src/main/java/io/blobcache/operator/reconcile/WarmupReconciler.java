package io.blobcache.operator.reconcile;

import io.blobcache.crd.BlobCache;
import io.blobcache.crd.BlobCacheStatus;
import io.blobcache.crd.BlobCacheWarmup;
import io.blobcache.operator.plan.Names;
import io.blobcache.operator.status.Announcer;
import io.blobcache.operator.warmup.Course;
import io.blobcache.operator.warmup.Seen;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.OperatorException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Begins the runs of a warmup, tells how far they are, and deletes it when its time is over. Agents hear of a run by the
 * status: whoever plans their BlobCache gives them those that are under way, so that a warmup that is deleted is over for
 * them too, with no finalizer.
 */
@ControllerConfiguration(
        name = "blobcachewarmup",
        fieldManager = Names.OPERATOR,
        // An event that got lost is made up for; what is as it should be costs no request.
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 1, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = -1, initialInterval = 1000, intervalMultiplier = 2, maxInterval = 60_000)
public final class WarmupReconciler implements Reconciler<BlobCacheWarmup> {
    private final Announcer announcer;
    private final Clock clock;
    private final WarmupsWatched watched;

    public WarmupReconciler(Announcer announcer, Clock clock) {
        this.announcer = announcer;
        this.clock = clock;
        this.watched = new WarmupsWatched(clock);
    }

    @Override
    public List<EventSource<?, BlobCacheWarmup>> prepareEventSources(EventSourceContext<BlobCacheWarmup> context) {
        return watched.sources(context);
    }

    @Override
    public UpdateControl<BlobCacheWarmup> reconcile(BlobCacheWarmup warmup, Context<BlobCacheWarmup> context) {
        ResourceID cacheId = WarmupsWatched.cacheOf(warmup);
        BlobCache cache = watched.cache(cacheId);
        if (cache != null && !ownedBy(warmup, cache)) {
            context.getClient()
                    .resource(owned(warmup, cache))
                    .fieldManager(Names.OPERATOR)
                    .forceConflicts()
                    .serverSideApply();
        }
        Seen seen = new Seen(warmup, state(cache), watched.others(warmup), watched.answers(cacheId), clock.instant());
        Course course = Course.of(seen);
        if (course.delete()) {
            context.getClient().resource(warmup).lockResourceVersion().delete();
            return UpdateControl.noUpdate();
        }
        if (course.changed() && !told(warmup, course, context)) {
            return UpdateControl.noUpdate();
        }
        if (course.status().run() != null && course.status().completionTime() == null) {
            watched.follow(cacheId);
        }
        UpdateControl<BlobCacheWarmup> control = UpdateControl.noUpdate();
        return course.again().isZero() ? control : control.rescheduleAfter(course.again());
    }

    /** @return false if it is gone, as when its cache was deleted */
    private boolean told(BlobCacheWarmup warmup, Course course, Context<BlobCacheWarmup> context) {
        BlobCacheWarmup fresh = named(warmup);
        fresh.setStatus(course.status());
        try {
            PrimaryUpdateAndCacheUtils.ssaPatchStatusAndCacheResource(warmup, fresh, context);
        } catch (OperatorException | KubernetesClientException e) {
            if (gone(e)) {
                return false;
            }
            throw e;
        }
        announcer.announce(warmup, course.news());
        return true;
    }

    private static boolean gone(Throwable failure) {
        return failure instanceof KubernetesClientException refused
                ? refused.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                : failure.getCause() != null && gone(failure.getCause());
    }

    private static Seen.Cache state(@Nullable BlobCache cache) {
        if (cache == null) {
            return Seen.Cache.MISSING;
        }
        BlobCacheStatus status = cache.getStatus();
        if (status == null || status.nodes() == null || status.nodes().ready() == 0) {
            return Seen.Cache.UNABLE;
        }
        return holds(status, "Ready") && holds(status, "PeersHealthy") ? Seen.Cache.READY : Seen.Cache.INCOMPLETE;
    }

    private static boolean holds(BlobCacheStatus status, String type) {
        return status.conditions() != null
                && status.conditions().stream()
                        .anyMatch(condition -> condition.type().equals(type)
                                && condition.status().equals("True"));
    }

    private static boolean ownedBy(BlobCacheWarmup warmup, BlobCache cache) {
        return warmup.getMetadata().getOwnerReferences().stream()
                .map(OwnerReference::getUid)
                .anyMatch(cache.getMetadata().getUid()::equals);
    }

    private static BlobCacheWarmup owned(BlobCacheWarmup warmup, BlobCache cache) {
        BlobCacheWarmup fresh = named(warmup);
        // Without its uid an apply would make one anew that was deleted a moment ago.
        fresh.getMetadata().setUid(warmup.getMetadata().getUid());
        fresh.getMetadata()
                .setOwnerReferences(List.of(new OwnerReferenceBuilder()
                        .withApiVersion(cache.getApiVersion())
                        .withKind(cache.getKind())
                        .withName(cache.getMetadata().getName())
                        .withUid(cache.getMetadata().getUid())
                        .build()));
        return fresh;
    }

    private static BlobCacheWarmup named(BlobCacheWarmup warmup) {
        BlobCacheWarmup fresh = new BlobCacheWarmup();
        fresh.getMetadata().setNamespace(warmup.getMetadata().getNamespace());
        fresh.getMetadata().setName(warmup.getMetadata().getName());
        return fresh;
    }
}
