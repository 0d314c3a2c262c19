package io.blobcache.node.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An agent's counters in the Prometheus text format. The registry is made by the first scrape: an agent that nobody
 * scrapes neither loads nor holds it. Thread-safe.
 */
public final class PrometheusText {
    private final AgentCounters counters;

    @GuardedBy("this")
    private @Nullable Meters meters;

    /** Answers of a source that have a meter: they appear one by one. */
    @GuardedBy("this")
    private final Set<List<String>> boundCodes = new HashSet<>();

    public PrometheusText(AgentCounters counters) {
        this.counters = counters;
    }

    public synchronized String scrape() {
        Meters bound = meters;
        if (bound == null) {
            PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            registry.throwExceptionOnRegistrationFailure();
            bound = new Meters(registry);
            new AgentMeters(bound, counters).bind();
            ProcessMeters.bind(bound);
            meters = bound;
        }
        bindNewCodes(bound);
        return bound.scrape();
    }

    @GuardedBy("this")
    private void bindNewCodes(Meters bound) {
        counters.sources()
                .forEach((label, source) -> source.requests().requestsByCode().forEach((code, counter) -> {
                    if (boundCodes.add(List.of(label, code))) {
                        bound.count(Metric.SOURCE_REQUESTS, counter, label, code);
                    }
                }));
    }
}
