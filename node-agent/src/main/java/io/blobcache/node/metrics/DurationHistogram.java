package io.blobcache.node.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricFamilyDescriptor;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Map;

/** {@link Durations} as a Prometheus histogram. Micrometer has no meter over foreign buckets. */
final class DurationHistogram implements Collector {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Metric metric;
    private final Map<Labels, Durations> durations;

    /** @param durations by their labels, of which there are those of the metric */
    DurationHistogram(Metric metric, Map<Labels, Durations> durations) {
        this.metric = metric;
        this.durations = Map.copyOf(durations);
    }

    @Override
    public MetricFamilyDescriptor getMetricFamilyDescriptor() {
        return MetricFamilyDescriptor.histogram(metric.exposedName())
                .help(metric.meaning())
                .labelNames(metric.labels())
                .build();
    }

    @Override
    public MetricSnapshot collect() {
        HistogramSnapshot.Builder histogram =
                HistogramSnapshot.builder().name(metric.exposedName()).help(metric.meaning());
        durations.forEach((labels, of) -> histogram.dataPoint(HistogramDataPointSnapshot.builder()
                .labels(labels)
                .classicHistogramBuckets(buckets(of))
                .sum(of.totalNanos() / NANOS_PER_SECOND)
                .build()));
        return histogram.build();
    }

    /** Counts of each bucket alone; the writer makes them cumulative. */
    private static ClassicHistogramBuckets buckets(Durations of) {
        int bounded = Durations.boundedBuckets();
        double[] bounds = new double[bounded + 1];
        long[] counts = new long[bounded + 1];
        for (int i = 0; i <= bounded; i++) {
            bounds[i] = i < bounded ? Durations.boundNanos(i) / NANOS_PER_SECOND : Double.POSITIVE_INFINITY;
            counts[i] = of.inBucket(i);
        }
        return ClassicHistogramBuckets.of(bounds, counts);
    }
}
