package io.blobcache.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.metrics.AgentCounters.MeshReading;
import io.blobcache.node.metrics.AgentCounters.PoolReading;
import io.blobcache.node.metrics.AgentCounters.SourceReading;
import io.blobcache.node.metrics.AgentCounters.StoreReading;
import io.blobcache.node.metrics.AgentCounters.TierReading;
import io.blobcache.node.metrics.AgentCounters.WarmupReading;
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
    private final NameCounters names = new NameCounters();
    private final FuseCounters fuse = new FuseCounters();
    private final PoolCounters pool = new PoolCounters();
    private final PeerCounters asked = new PeerCounters();
    private final WarmupCounters warmups = new WarmupCounters();
    private final LendingCounters lent = new LendingCounters();
    private final PrometheusText text = new PrometheusText(new AgentCounters(
            "1.2.3",
            Map.of("s3", new SourceReading(requests, () -> false)),
            tiers(),
            reads,
            names,
            fuse,
            new PoolReading(pool, () -> 100, () -> 50, () -> 25, () -> 3, () -> 2),
            new MeshReading(
                    asked,
                    lent,
                    () -> 5,
                    () -> 1,
                    () -> 2,
                    () -> 3,
                    new StoreReading(new StoreCounters(), () -> 100, () -> 30, () -> 3, () -> 1)),
            new WarmupReading(warmups, () -> 4),
            () -> true));

    private Map<String, TierReading> tiers() {
        Map<String, TierReading> tiers = new LinkedHashMap<>();
        tiers.put("memory", new TierReading(memory, () -> 1000, () -> 10, () -> "normal"));
        tiers.put("disk", new TierReading(disk, () -> 2000, () -> 20, () -> "down"));
        return tiers;
    }

    @Test
    void countersShowWhatWasCounted() {
        memory.hits.add(7);
        disk.misses.add(2);
        disk.readBytes.add(4096);
        reads.bySource.reads.add(5);
        reads.failedFetches.add(6);
        names.stats.add(8);
        pool.timedOut.add(9);
        pool.waitNanos.add(1_500_000_000);
        reads.coalesced.add(4);
        requests.request("206");
        requests.request("206");
        reads.byPeer.reads.add(11);
        reads.peerMisses.add(12);
        asked.lied.add(13);
        lent.busy.add(14);
        warmups.fetchedBytes.add(15);
        warmups.failedFiles.add(16);

        assertThat(text.scrape().lines())
                .contains(
                        "blobcache_reads_total{result=\"hit\",tier=\"memory\"} 7.0",
                        "blobcache_reads_total{result=\"miss\",tier=\"disk\"} 2.0",
                        "blobcache_reads_total{result=\"hit\",tier=\"source\"} 5.0",
                        "blobcache_read_bytes_total{tier=\"disk\"} 4096.0",
                        "blobcache_reads_total{result=\"hit\",tier=\"peer\"} 11.0",
                        "blobcache_reads_total{result=\"miss\",tier=\"peer\"} 12.0",
                        "blobcache_peer_requests_total{result=\"lied\"} 13.0",
                        "blobcache_peer_loans_total{result=\"busy\"} 14.0",
                        "blobcache_warmup_fetched_bytes_total 15.0",
                        "blobcache_warmup_files_total{result=\"failed\"} 16.0",
                        "blobcache_warmups_running 4.0",
                        "blobcache_mesh_members 5.0",
                        "blobcache_peers_quarantined 1.0",
                        "blobcache_peers_failing 2.0",
                        "blobcache_mesh_certificate_expiry_timestamp_seconds 3.0",
                        "blobcache_coalesced_reads_total 4.0",
                        "blobcache_fetches_total{result=\"failed\"} 6.0",
                        "blobcache_name_requests_total{kind=\"attributes\"} 8.0",
                        "blobcache_buffer_pool_waits_total{result=\"timeout\"} 9.0",
                        "blobcache_buffer_pool_wait_seconds_total 1.5",
                        "blobcache_buffer_pool_waiting 2.0",
                        "blobcache_tier_state{state=\"normal\",tier=\"memory\"} 1.0",
                        "blobcache_tier_state{state=\"normal\",tier=\"disk\"} 0.0",
                        "blobcache_tier_state{state=\"down\",tier=\"disk\"} 1.0",
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
        assertThat(text.scrape()).doesNotContain("code=\"503\"");

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
        Set<String> allowed = Set.of(
                "tier", "result", "op", "source", "code", "reason", "state", "kind", "area", "version", "le", "advice",
                "won");

        text.scrape().lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            Matcher label = LABEL.matcher(line);
            while (label.find()) {
                assertThat(label.group(1)).as(line).isIn(allowed);
                assertThat(label.group(2)).as(line).matches("[A-Za-z0-9.+-]{1,20}");
            }
        });
    }

    @Test
    void readDurationsAreToldApartByTier() {
        memory.readDurations.add(4_000);
        reads.bySource.durations.add(2_000_000);

        assertThat(text.scrape().lines())
                .contains(
                        "blobcache_read_duration_seconds_bucket{tier=\"memory\",le=\"5.0E-6\"} 1",
                        "blobcache_read_duration_seconds_count{tier=\"disk\"} 0",
                        "blobcache_read_duration_seconds_bucket{tier=\"source\",le=\"0.0015\"} 0",
                        "blobcache_read_duration_seconds_bucket{tier=\"source\",le=\"0.005\"} 1");
    }

    /** Bounds that hold for every running Java: a figure in the wrong unit is outside of them. */
    @Test
    void theProcessIsMeasuredInBaseUnits() {
        assertThat(value("process_resident_memory_bytes")).isBetween(20e6, 20e9);
        assertThat(value("process_virtual_memory_bytes")).isGreaterThan(value("process_resident_memory_bytes"));
        assertThat(value("process_cpu_seconds_total")).isBetween(0.01, 1e5);
        assertThat(value("process_open_fds")).isBetween(4.0, value("process_max_fds"));
        assertThat(value("process_start_time_seconds")).isBetween(1.7e9, System.currentTimeMillis() / 1000.0);
        assertThat(value("jvm_memory_used_bytes{area=\"heap\"}")).isBetween(1e6, 20e9);
        assertThat(value("jvm_threads_current")).isBetween(2.0, 10_000.0);
    }

    private double value(String series) {
        return text.scrape()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no series " + series));
    }

    @Test
    void namesFollowTheConventions() {
        for (Metric metric : Metric.values()) {
            assertThat(metric.exposedName()).matches("(blobcache|process|jvm)_[a-z_]+");
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
