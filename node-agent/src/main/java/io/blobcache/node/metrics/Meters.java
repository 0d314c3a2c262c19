package io.blobcache.node.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;

/**
 * Makes meters out of readings, by the metric they are of. Values are those of the metric's labels, in their order.
 *
 * <p>It holds what the meters read: Micrometer refers to it weakly, and a counter whose reading is collected stands still.
 */
final class Meters {
    private final PrometheusMeterRegistry registry;
    private final Queue<DoubleSupplier> held = new ConcurrentLinkedQueue<>();

    Meters(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    String scrape() {
        return registry.scrape();
    }

    void count(Metric metric, LongAdder counter, String... values) {
        count(metric, counter::sum, values);
    }

    void count(Metric metric, DoubleSupplier counter, String... values) {
        held.add(counter);
        FunctionCounter.builder(metric.meterName(), counter, DoubleSupplier::getAsDouble)
                .description(metric.meaning())
                .tags(tags(metric, values))
                .register(registry);
    }

    void gauge(Metric metric, DoubleSupplier reading, String... values) {
        Gauge.builder(metric.meterName(), reading::getAsDouble)
                .strongReference(true)
                .description(metric.meaning())
                .tags(tags(metric, values))
                .register(registry);
    }

    /** Of a metric with one label, by its values. */
    void histogram(Metric metric, Map<String, Durations> byValue) {
        String label = metric.labels().getFirst();
        register(
                metric,
                byValue.entrySet().stream()
                        .collect(Collectors.toMap(of -> Labels.of(label, of.getKey()), Map.Entry::getValue)));
    }

    /** Of a metric without labels. */
    void histogram(Metric metric, Durations durations) {
        register(metric, Map.of(Labels.EMPTY, durations));
    }

    private void register(Metric metric, Map<Labels, Durations> durations) {
        registry.getPrometheusRegistry().register(new DurationHistogram(metric, durations));
    }

    private static Tags tags(Metric metric, String... values) {
        Tags tags = Tags.empty();
        for (int i = 0; i < values.length; i++) {
            tags = tags.and(metric.labels().get(i), values[i]);
        }
        return tags;
    }
}
