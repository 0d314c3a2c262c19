package io.blobcache.node.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.blobcache.node.metrics.AgentCounters.PoolReading;
import io.blobcache.node.metrics.AgentCounters.TierReading;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An agent's counters in the Prometheus text format. The registry is made by the first scrape: an agent that nobody
 * scrapes neither loads nor holds it. Thread-safe.
 */
public final class PrometheusText {
    private final AgentCounters counters;

    @GuardedBy("this")
    private @Nullable PrometheusMeterRegistry registry;

    /** Answers of the source that have a meter: they appear one by one. */
    @GuardedBy("this")
    private final Set<String> boundCodes = new HashSet<>();

    /** What the counters read: Micrometer refers to it weakly, and a counter whose reading is collected stands still. */
    @GuardedBy("this")
    private final List<DoubleSupplier> held = new ArrayList<>();

    public PrometheusText(AgentCounters counters) {
        this.counters = counters;
    }

    public synchronized String scrape() {
        PrometheusMeterRegistry bound = registry;
        if (bound == null) {
            bound = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            bound.throwExceptionOnRegistrationFailure();
            counters.tiers().forEach(new Binder(bound, held)::tier);
            new Binder(bound, held).agent(counters);
            registry = bound;
        }
        new Binder(bound, held).codes(counters, boundCodes);
        return bound.scrape();
    }

    private record Binder(PrometheusMeterRegistry registry, List<DoubleSupplier> held) {

        void agent(AgentCounters counters) {
            reads(counters.reads());
            String source = counters.source();
            count(Metric.SOURCE_READ_BYTES, counters.requests().readBytes, source);
            count(Metric.SOURCE_RETRIES, counters.requests().retries, source);
            registry.getPrometheusRegistry().register(new FuseHistogram(counters.fuse()));
            for (FuseCounters.Operation operation : FuseCounters.Operation.values()) {
                count(
                        Metric.FUSE_REQUEST_ERRORS,
                        () -> counters.fuse().errors(operation),
                        FuseHistogram.label(operation));
            }
            PoolReading pool = counters.pool();
            gauge(Metric.POOL_BUDGET, () -> pool.budgetBytes().getAsLong());
            gauge(Metric.POOL_ALLOCATED, () -> pool.allocatedBytes().getAsLong());
            gauge(Metric.POOL_IN_USE, () -> pool.inUseBytes().getAsLong());
            gauge(Metric.POOL_LEASES, () -> pool.openLeases().getAsLong());
            gauge(Metric.MOUNT_HEALTHY, () -> counters.mountHealthy().getAsBoolean() ? 1 : 0);
            gauge(Metric.BUILD_INFO, () -> 1, counters.version());
        }

        void tier(String name, TierReading tier) {
            TierCounters counted = tier.counters();
            count(Metric.READS, counted.hits, name, "hit");
            count(Metric.READS, counted.misses, name, "miss");
            count(Metric.READ_BYTES, counted.readBytes, name);
            count(Metric.FILLS, counted.fills, name, "taken");
            count(Metric.FILLS, counted.declines, name, "declined");
            count(Metric.EVICTED_BYTES, counted.evictedForSpaceBytes, name, "space");
            count(Metric.EVICTED_BYTES, counted.evictedForAgeBytes, name, "age");
            count(Metric.CORRUPT_BLOCKS, counted.corruptBlocks, name);
            count(Metric.DEVICE_ERRORS, counted.deviceErrors, name);
            count(Metric.LATE_READS, counted.lateReads, name);
            gauge(Metric.TIER_CAPACITY, () -> tier.capacityBytes().getAsLong(), name);
            gauge(Metric.TIER_USED, () -> tier.usedBytes().getAsLong(), name);
        }

        void codes(AgentCounters counters, Set<String> bound) {
            SourceCounters requests = counters.requests();
            requests.requestsByCode().forEach((code, counter) -> {
                if (bound.add(code)) {
                    count(Metric.SOURCE_REQUESTS, counter, counters.source(), code);
                }
            });
        }

        private void reads(ReadCounters reads) {
            count(Metric.READS, reads.fetches, "source", "hit");
            count(Metric.READS, reads.failedFetches, "source", "error");
            count(Metric.READ_BYTES, reads.fetchReadBytes, "source");
            count(Metric.SOURCE_CORRUPT, reads.corruptBlobs);
            count(Metric.COALESCED_READS, reads.coalesced);
            count(Metric.PREFETCH_BYTES, reads.prefetchUsedBytes, "used");
            count(Metric.PREFETCH_BYTES, reads.prefetchWastedBytes, "wasted");
            count(Metric.PREFETCHED_BYTES, reads.prefetchedBytes);
            count(Metric.PREFETCH_CANCELLED, reads.prefetchCancelledBySeek, "seek");
            count(Metric.PREFETCH_CANCELLED, reads.prefetchCancelledByClose, "close");
            count(Metric.PREFETCH_CANCELLED, reads.prefetchCancelledByMemory, "memory");
            count(Metric.PREFETCH_CANCELLED, reads.prefetchCancelledByFailure, "failed");
            gauge(Metric.PREFETCH_WINDOW, reads.prefetchWindowBytes::sum);
            gauge(Metric.PREFETCH_LARGEST_WINDOW, reads.prefetchLargestWindowBytes::get);
            gauge(Metric.PREFETCH_UNREAD, reads.prefetchUnreadBytes::sum);
            count(Metric.PASSTHROUGH_OPENS, reads.passthroughOpens);
        }

        private void count(Metric metric, LongAdder counter, String... values) {
            count(metric, counter::sum, values);
        }

        private void count(Metric metric, DoubleSupplier counter, String... values) {
            held.add(counter);
            FunctionCounter.builder(metric.meterName(), counter, DoubleSupplier::getAsDouble)
                    .description(metric.meaning())
                    .tags(tags(metric, values))
                    .register(registry);
        }

        private void gauge(Metric metric, DoubleSupplier reading, String... values) {
            Gauge.builder(metric.meterName(), reading::getAsDouble)
                    .strongReference(true)
                    .description(metric.meaning())
                    .tags(tags(metric, values))
                    .register(registry);
        }

        private static Tags tags(Metric metric, String... values) {
            Tags tags = Tags.empty();
            for (int i = 0; i < values.length; i++) {
                tags = tags.and(metric.labels().get(i), values[i]);
            }
            return tags;
        }
    }
}
