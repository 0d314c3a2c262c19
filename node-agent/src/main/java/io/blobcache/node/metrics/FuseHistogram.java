package io.blobcache.node.metrics;

import io.blobcache.node.metrics.FuseCounters.Operation;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricFamilyDescriptor;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Locale;

/** The buckets of {@link FuseCounters} as a Prometheus histogram. Micrometer has no meter over foreign buckets. */
final class FuseHistogram implements Collector {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final Metric METRIC = Metric.FUSE_REQUEST_DURATION;

    private final FuseCounters counters;

    FuseHistogram(FuseCounters counters) {
        this.counters = counters;
    }

    static String label(Operation operation) {
        return operation.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public MetricFamilyDescriptor getMetricFamilyDescriptor() {
        return MetricFamilyDescriptor.histogram(METRIC.exposedName())
                .help(METRIC.meaning())
                .labelNames(METRIC.labels())
                .build();
    }

    @Override
    public MetricSnapshot collect() {
        HistogramSnapshot.Builder histogram =
                HistogramSnapshot.builder().name(METRIC.exposedName()).help(METRIC.meaning());
        for (Operation operation : Operation.values()) {
            histogram.dataPoint(HistogramDataPointSnapshot.builder()
                    .labels(Labels.of(METRIC.labels().getFirst(), label(operation)))
                    .classicHistogramBuckets(buckets(operation))
                    .sum(counters.totalNanos(operation) / NANOS_PER_SECOND)
                    .build());
        }
        return histogram.build();
    }

    /** Counts of each bucket alone; the writer makes them cumulative. */
    private ClassicHistogramBuckets buckets(Operation operation) {
        int bounded = FuseCounters.boundedBuckets();
        double[] bounds = new double[bounded + 1];
        long[] counts = new long[bounded + 1];
        for (int i = 0; i <= bounded; i++) {
            bounds[i] = i < bounded ? FuseCounters.bucketNanos(i) / NANOS_PER_SECOND : Double.POSITIVE_INFINITY;
            counts[i] = counters.inBucket(operation, i);
        }
        return ClassicHistogramBuckets.of(bounds, counts);
    }
}
