package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Await;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A warmup with a schedule runs at its times, fetches nothing twice, and not any more once it is suspended. */
@Tag("cluster")
class WarmupCronTest {
    private static final long OBJECT_BYTES = 8L << 20;

    /** A minute until its time, and the run on a busy machine. */
    private static final Duration NEXT_RUN = Duration.ofMinutes(2);

    /** Its time comes at least once in it, and the operator has as long as it ever takes to begin. */
    private static final Duration A_TIME_PASSES = Duration.ofSeconds(80);

    private static final int BEGUN_WITHIN_SECONDS = 15;

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("warmup-cron");

    @Test
    void itRunsEachMinuteUntilItIsSuspended() {
        try (Chart _ = Chart.install(CLUSTER)) {
            Bucket.with(CLUSTER, OBJECT_BYTES, "llama/a", "llama/b");
            Cache cache = Cache.apply(CLUSTER, "2GiB", 4);
            cache.awaitReady();

            Warmup minutely = Warmup.applyEachMinute(CLUSTER, "minutely", "llama/**", false);
            String first = ended(minutely, "none");
            long fetched = source(cache);
            String second = ended(minutely, first);
            assertThat(second).isNotEqualTo(first);
            assertThat(source(cache)).as("all was there").isEqualTo(fetched);
            assertThat(Instant.parse(minutely.text("startTime"))
                            .atOffset(ZoneOffset.UTC)
                            .getSecond())
                    .as("seconds after the full minute")
                    .isLessThan(BEGUN_WITHIN_SECONDS);

            Warmup.applyEachMinute(CLUSTER, "minutely", "llama/**", true);
            minutely.awaitReason("Suspended");
            String last = minutely.text("run");
            Await.pause(A_TIME_PASSES);
            assertThat(minutely.text("run")).isEqualTo(last);
            assertThat(minutely.text("nextRun")).isEqualTo("null");
        }
    }

    /** Waits for the end of another run than that one. @return its name */
    private static String ended(Warmup warmup, String before) {
        Await.until(
                "a run after " + before + " has ended",
                NEXT_RUN,
                () -> warmup.holds("Complete") && !warmup.text("run").equals(before));
        return warmup.text("run");
    }

    private static long source(Cache cache) {
        return cache.agents().sum("blobcache_source_read_bytes_total");
    }
}
