package io.blobcache.operator.metrics;

import io.blobcache.crd.BlobCache;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import io.javaoperatorsdk.operator.processing.GroupVersionKind;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the operator counts. None has a label that names a resource: 1,000 resources cost as many series as one. Thread-safe.
 */
public final class OperatorMetrics implements Metrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Set<ResourceID> ready = ConcurrentHashMap.newKeySet();
    private final Set<ResourceID> notReady = ConcurrentHashMap.newKeySet();
    private final Set<Of> failing = ConcurrentHashMap.newKeySet();
    private final AtomicLong lastSuccessSeconds = new AtomicLong();
    private final AtomicBoolean leads = new AtomicBoolean();
    private final Clock clock;

    /** A resource; those of different kinds may have one name. */
    private record Of(String kind, ResourceID id) {}

    private final Timer durations = Timer.builder("blobcache.operator.reconcile.duration")
            .description("Time of one reconciliation, all writes included.")
            .serviceLevelObjectives(
                    Duration.ofMillis(5),
                    Duration.ofMillis(20),
                    Duration.ofMillis(100),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(10))
            .register(registry);
    private final Counter failures = Counter.builder("blobcache.operator.reconcile.failures")
            .description("Reconciliations that failed and are tried again.")
            .register(registry);
    private final Counter events = Counter.builder("blobcache.operator.events.received")
            .description("News of resources, of what is made of them, of pods, nodes and agents.")
            .register(registry);
    private final Counter writes = Counter.builder("blobcache.operator.api.writes")
            .description(
                    "Requests to the API server that change something. A settled cluster has none but for the lease.")
            .register(registry);

    public OperatorMetrics(String version, Clock clock) {
        this.clock = clock;
        Gauge.builder("blobcache.operator.resources", ready, Set::size)
                .description("Resources by whether they are Ready: all their agents serve what they ask for.")
                .tag("ready", "true")
                .register(registry);
        Gauge.builder("blobcache.operator.resources", notReady, Set::size)
                .description("Resources by whether they are Ready: all their agents serve what they ask for.")
                .tag("ready", "false")
                .register(registry);
        Gauge.builder("blobcache.operator.failing.resources", failing, Set::size)
                .description("Resources and warmups whose last reconciliation failed; each is tried again.")
                .register(registry);
        Gauge.builder("blobcache.operator.last.success.timestamp.seconds", lastSuccessSeconds, AtomicLong::get)
                .description(
                        "When a reconciliation ended well last, since 1970; 0 before the first. Each resource has one a minute.")
                .register(registry);
        Gauge.builder("blobcache.operator.leader", leads, flag -> flag.get() ? 1 : 0)
                .description("1 for the operator that leads, 0 for one that waits to.")
                .register(registry);
        Gauge.builder("blobcache.operator.build.info", () -> 1)
                .description("Always 1; the label is the operator's version.")
                .tag("version", version)
                .register(registry);
    }

    /** As Prometheus reads it. */
    public String text() {
        return registry.scrape();
    }

    /** Called for each request that changes something. */
    public void wrote() {
        writes.increment();
    }

    public void leads(boolean now) {
        leads.set(now);
    }

    public void resource(ResourceID id, boolean isReady) {
        (isReady ? ready : notReady).add(id);
        (isReady ? notReady : ready).remove(id);
    }

    @Override
    public <T> T timeControllerExecution(ControllerExecution<T> execution) throws Exception {
        Timer.Sample begun = Timer.start(registry);
        try {
            return execution.execute();
        } finally {
            begun.stop(durations);
        }
    }

    @Override
    public void receivedEvent(Event event, Map<String, Object> metadata) {
        events.increment();
    }

    @Override
    public void failedReconciliation(HasMetadata resource, Exception exception, Map<String, Object> metadata) {
        failures.increment();
        failing.add(new Of(resource.getKind(), ResourceID.fromResource(resource)));
    }

    @Override
    public void finishedReconciliation(HasMetadata resource, Map<String, Object> metadata) {
        lastSuccessSeconds.set(clock.instant().getEpochSecond());
        failing.remove(new Of(resource.getKind(), ResourceID.fromResource(resource)));
    }

    @Override
    public void reconcileCustomResource(HasMetadata resource, @Nullable RetryInfo retry, Map<String, Object> metadata) {
        // Counted when it ends.
    }

    @Override
    public void cleanupDoneFor(ResourceID id, Map<String, Object> metadata) {
        String kind = metadata.get(Constants.RESOURCE_GVK_KEY) instanceof GroupVersionKind gvk ? gvk.getKind() : "";
        failing.remove(new Of(kind, id));
        if (kind.equals(HasMetadata.getKind(BlobCache.class))) {
            ready.remove(id);
            notReady.remove(id);
        }
    }
}
