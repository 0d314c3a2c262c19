package io.blobcache.operator.reconcile;

import io.blobcache.crd.BlobCache;
import io.blobcache.crd.BlobCacheStatus;
import io.blobcache.operator.dependent.ConfigMapOwned;
import io.blobcache.operator.dependent.DaemonSetOwned;
import io.blobcache.operator.dependent.MembersOwned;
import io.blobcache.operator.dependent.NetworkPolicyOwned;
import io.blobcache.operator.dependent.PodMonitorOwned;
import io.blobcache.operator.dependent.RoleBindingOwned;
import io.blobcache.operator.dependent.RoleOwned;
import io.blobcache.operator.dependent.ServiceAccountOwned;
import io.blobcache.operator.dependent.ServiceOwned;
import io.blobcache.operator.members.Membership;
import io.blobcache.operator.members.Weighing;
import io.blobcache.operator.metrics.OperatorMetrics;
import io.blobcache.operator.plan.AgentFilePlan;
import io.blobcache.operator.plan.Names;
import io.blobcache.operator.plan.Places;
import io.blobcache.operator.plan.Plan;
import io.blobcache.operator.settings.AgentImage;
import io.blobcache.operator.status.Announcer;
import io.blobcache.operator.status.Monitoring;
import io.blobcache.operator.status.Seen;
import io.blobcache.operator.status.Told;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.javaoperatorsdk.operator.AggregatedOperatorException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.Workflow;
import io.javaoperatorsdk.operator.api.reconciler.dependent.Dependent;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Makes of a BlobCache what runs, and tells how it is. It reads from informers and writes what differs, so that a resource at
 * rest costs no request. There is no finalizer: everything it makes belongs to the resource, Kubernetes deletes it with the
 * resource, and an agent that is told to end unmounts by itself; so a deletion ends without the operator too.
 */
@ControllerConfiguration(
        name = "blobcache",
        fieldManager = Names.OPERATOR,
        // An event that got lost is made up for, and what was refused is tried again; what is as it should be costs no
        // request.
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 1, timeUnit = TimeUnit.MINUTES))
// As long as it takes: an API server that is away for an hour, or a right that somebody takes and gives back.
@GradualRetry(maxAttempts = -1, initialInterval = 1000, intervalMultiplier = 2, maxInterval = 60_000)
@Workflow(
        explicitInvocation = true,
        dependents = {
            @Dependent(type = ServiceAccountOwned.class, name = ServiceAccountOwned.NAME),
            @Dependent(type = RoleOwned.class, name = "role"),
            // Who may not bind roles at will is refused one that is not there yet.
            @Dependent(type = RoleBindingOwned.class, dependsOn = "role"),
            @Dependent(type = ServiceOwned.class),
            @Dependent(type = NetworkPolicyOwned.class),
            @Dependent(type = ConfigMapOwned.class, name = "config", useEventSourceWithName = Watched.CONFIG_MAPS),
            @Dependent(type = MembersOwned.class, name = "members", useEventSourceWithName = Watched.CONFIG_MAPS),
            // A cloud gives a pod the identity that its account has when the pod is made.
            @Dependent(
                    type = DaemonSetOwned.class,
                    dependsOn = {"config", "members", ServiceAccountOwned.NAME}),
            @Dependent(
                    type = PodMonitorOwned.class,
                    name = PodMonitorOwned.NAME,
                    activationCondition = PodMonitorOwned.Possible.class,
                    reconcilePrecondition = PodMonitorOwned.Wanted.class),
        })
public final class BlobCacheReconciler implements Reconciler<BlobCache> {
    private final AgentImage agentImage;
    private final Announcer announcer;
    private final OperatorMetrics metrics;
    private final Clock clock;
    private final Watched watched;

    public BlobCacheReconciler(AgentImage agentImage, Announcer announcer, OperatorMetrics metrics, Clock clock) {
        this.agentImage = agentImage;
        this.announcer = announcer;
        this.metrics = metrics;
        this.clock = clock;
        this.watched = new Watched(clock);
    }

    @Override
    public List<EventSource<?, BlobCache>> prepareEventSources(EventSourceContext<BlobCache> context) {
        return watched.sources(context);
    }

    @Override
    public UpdateControl<BlobCache> reconcile(BlobCache cache, Context<BlobCache> context) {
        Names names = Names.of(cache);
        AgentFilePlan file =
                AgentFilePlan.of(names, cache.getSpec(), watched.text(names, names.configMap(), Places.CONFIG_KEY));
        Set<Pod> pods = context.getSecondaryResources(Pod.class);
        Membership membership = Membership.of(
                pods,
                watched.nodes(pods),
                Weighing.of(cache.getSpec()),
                watched.text(names, names.membersMap(), Places.MEMBERS_KEY),
                clock.instant());
        context.managedWorkflowAndDependentResourceContext()
                .put(
                        Plan.class,
                        new Plan(
                                names,
                                cache.getSpec(),
                                file.text(),
                                file.restartHash(),
                                membership.text(),
                                watched.warmups(cache, pods),
                                agentImage,
                                watched.podMonitors(),
                                file.problems()));
        try {
            context.managedWorkflowAndDependentResourceContext().reconcileManagedWorkflow();
            tell(cache, context, file, watched.monitoring(cache), "");
        } catch (AggregatedOperatorException e) {
            if (Ending.ofNamespace(e)) {
                return UpdateControl.noUpdate();
            }
            tellOf(e, cache, context, file);
        }
        UpdateControl<BlobCache> control = UpdateControl.noUpdate();
        return membership.lookAgain().isZero() ? control : control.rescheduleAfter(membership.lookAgain());
    }

    /** A refusal is told and tried again, what got no decision only tried again. A PodMonitor has to wait for neither. */
    private void tellOf(
            AggregatedOperatorException failure, BlobCache cache, Context<BlobCache> context, AgentFilePlan file) {
        Monitoring monitoring = Refusal.ofPodMonitor(failure).orElseGet(() -> watched.monitoring(cache));
        String refusal = Refusal.ofOthers(failure);
        if (Refusal.ofPodMonitorOnly(failure) || !refusal.isEmpty()) {
            tell(cache, context, file, monitoring, refusal);
        }
        if (!Refusal.ofPodMonitorOnly(failure)) {
            throw failure;
        }
    }

    private void tell(
            BlobCache cache, Context<BlobCache> context, AgentFilePlan file, Monitoring monitoring, String refusal) {
        DaemonSet set = context.getSecondaryResource(DaemonSet.class).orElse(null);
        Seen seen = new Seen(
                cache.getMetadata().getGeneration(),
                file.problems(),
                refusal,
                Seen.Rollout.of(set),
                Seen.troubles(set, context.getSecondaryResources(Pod.class), clock.instant()),
                watched.report(cache),
                monitoring);
        BlobCacheStatus before = cache.getStatus();
        Told told = Told.of(seen, before, clock.instant());
        if (told.changed()) {
            BlobCache fresh = new BlobCache();
            fresh.getMetadata().setNamespace(cache.getMetadata().getNamespace());
            fresh.getMetadata().setName(cache.getMetadata().getName());
            fresh.setStatus(told.status());
            PrimaryUpdateAndCacheUtils.ssaPatchStatusAndCacheResource(cache, fresh, context);
            announcer.announce(cache, told.transitions());
        }
        metrics.resource(ResourceID.fromResource(cache), told.ready());
    }
}
