package io.blobcache.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.metrics.AgentCounters.PoolReading;
import io.blobcache.node.metrics.AgentCounters.TierReading;
import io.blobcache.node.metrics.FuseCounters.Operation;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PrometheusTextTest {
    private static final Pattern SAMPLE = Pattern.compile("([a-z_]+)(\\{([^}]*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");

    private final TierCounters memory = new TierCounters();
    private final TierCounters disk = new TierCounters();
    private final ReadCounters reads = new ReadCounters();
    private final SourceCounters requests = new SourceCounters();
    private final FuseCounters fuse = new FuseCounters();
    private final PrometheusText text = new PrometheusText(new AgentCounters(
            "1.2.3",
            "s3",
            tiers(),
            reads,
            requests,
            fuse,
            new PoolReading(() -> 100, () -> 50, () -> 25, () -> 3),
            () -> true));

    private Map<String, TierReading> tiers() {
        Map<String, TierReading> tiers = new LinkedHashMap<>();
        tiers.put("memory", new TierReading(memory, () -> 1000, () -> 10));
        tiers.put("disk", new TierReading(disk, () -> 2000, () -> 20));
        return tiers;
    }

    @Test
    void countersShowWhatWasCounted() {
        memory.hits.add(7);
        disk.misses.add(2);
        disk.readBytes.add(4096);
        reads.fetches.add(5);
        reads.coalesced.add(4);
        requests.request("206");
        requests.request("206");

        assertThat(text.scrape().lines())
                .contains(
                        "blobcache_reads_total{result=\"hit\",tier=\"memory\"} 7.0",
                        "blobcache_reads_total{result=\"miss\",tier=\"disk\"} 2.0",
                        "blobcache_reads_total{result=\"hit\",tier=\"source\"} 5.0",
                        "blobcache_read_bytes_total{tier=\"disk\"} 4096.0",
                        "blobcache_coalesced_reads_total 4.0",
                        "blobcache_source_requests_total{code=\"206\",source=\"s3\"} 2.0",
                        "blobcache_tier_used_bytes{tier=\"disk\"} 20.0",
                        "blobcache_tier_capacity_bytes{tier=\"memory\"} 1000.0",
                        "blobcache_buffer_pool_in_use_bytes 25.0",
                        "blobcache_mount_healthy 1.0",
                        "blobcache_build_info{version=\"1.2.3\"} 1");
    }

    @Test
    void countersGoOnAfterACollection() {
        memory.hits.add(1);
        assertThat(text.scrape()).contains("blobcache_reads_total{result=\"hit\",tier=\"memory\"} 1.0");

        System.gc();
        memory.hits.add(1);

        assertThat(text.scrape()).contains("blobcache_reads_total{result=\"hit\",tier=\"memory\"} 2.0");
    }

    @Test
    void aCodeThatAppearsLaterIsShownToo() {
        requests.request("200");
        assertThat(text.scrape()).doesNotContain("503");

        requests.request("503");

        assertThat(text.scrape()).contains("blobcache_source_requests_total{code=\"503\",source=\"s3\"} 1.0");
    }

    @Test
    void durationsAreACumulativeHistogramInSeconds() {
        fuse.answered(Operation.READ, 40_000, false);
        fuse.answered(Operation.READ, 100_000, true);
        fuse.answered(Operation.READ, 9_000_000_000L, false);

        assertThat(text.scrape().lines())
                .contains(
                        "# TYPE blobcache_fuse_request_duration_seconds histogram",
                        "blobcache_fuse_request_duration_seconds_bucket{op=\"read\",le=\"5.0E-5\"} 1",
                        "blobcache_fuse_request_duration_seconds_bucket{op=\"read\",le=\"1.5E-4\"} 2",
                        "blobcache_fuse_request_duration_seconds_bucket{op=\"read\",le=\"5.0\"} 2",
                        "blobcache_fuse_request_duration_seconds_bucket{op=\"read\",le=\"+Inf\"} 3",
                        "blobcache_fuse_request_duration_seconds_count{op=\"read\"} 3",
                        "blobcache_fuse_request_duration_seconds_sum{op=\"read\"} 9.00014",
                        "blobcache_fuse_request_errors_total{op=\"read\"} 1.0");
    }

    @Test
    void exactlyTheListedMetricsAreExposedWithExactlyTheirLabels() {
        requests.request("200");
        Map<String, Set<String>> expected = new LinkedHashMap<>();
        for (Metric metric : Metric.values()) {
            expected.put(metric.exposedName(), new TreeSet<>(metric.labels()));
        }

        Map<String, Set<String>> exposed = new LinkedHashMap<>();
        samples().forEach((sample, labels) -> exposed.put(sample, new TreeSet<>(labels.keySet())));

        assertThat(exposed).containsExactlyInAnyOrderEntriesOf(expected);
    }

    /** The audit of P-17 and of cardinality: whatever is read, labels come from this closed list. */
    @Test
    void noLabelHoldsAPathADigestOrAPod() {
        requests.request("200");
        Set<String> allowed = Set.of("tier", "result", "op", "source", "code", "reason", "version", "le", "advice");

        text.scrape().lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            Matcher label = LABEL.matcher(line);
            while (label.find()) {
                assertThat(label.group(1)).as(line).isIn(allowed);
                assertThat(label.group(2)).as(line).matches("[A-Za-z0-9.+-]{1,20}");
            }
        });
    }

    @Test
    void namesFollowTheConventions() {
        for (Metric metric : Metric.values()) {
            assertThat(metric.exposedName()).startsWith("blobcache_").matches("[a-z_]+");
            assertThat(metric.exposedName().endsWith("_total")).isEqualTo(metric.kind() == Metric.Kind.COUNTER);
            assertThat(metric.meaning()).endsWith(".");
        }
    }

    private Map<String, Map<String, String>> samples() {
        Map<String, Map<String, String>> samples = new LinkedHashMap<>();
        for (String line : new LinkedHashSet<>(text.scrape().lines().toList())) {
            Matcher sample = SAMPLE.matcher(line);
            if (line.startsWith("#") || !sample.matches()) {
                continue;
            }
            Map<String, String> labels = new LinkedHashMap<>();
            Matcher label = LABEL.matcher(sample.group(3) == null ? "" : sample.group(3));
            while (label.find()) {
                labels.put(label.group(1), label.group(2));
            }
            String name = sample.group(1);
            if (labels.remove("le") != null || name.endsWith("seconds_sum") || name.endsWith("seconds_count")) {
                name = name.substring(0, name.lastIndexOf('_'));
            }
            samples.put(name, labels);
        }
        return samples;
    }
}
