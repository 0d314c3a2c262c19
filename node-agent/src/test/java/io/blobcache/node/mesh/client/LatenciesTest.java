package io.blobcache.node.mesh.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    private final Latencies latencies = new Latencies();

    @Test
    void untilThereIsSomethingToMeasureItIsWhatAReaderNotices() {
        assertThat(latencies.usualNanos()).isEqualTo(millis(100));
    }

    @Test
    void itIsLaterThanNineteenOfTwenty() {
        for (int i = 0; i < 128; i++) {
            latencies.add(i % 10 == 0 ? millis(70) : millis(30));
        }
        assertThat(latencies.usualNanos()).isEqualTo(millis(70));

        for (int i = 0; i < 128; i++) {
            latencies.add(i % 100 == 0 ? millis(70) : millis(30));
        }
        assertThat(latencies.usualNanos()).as("old ones are forgotten").isEqualTo(millis(30));
    }

    @Test
    void itStaysWithinItsBounds() {
        for (int i = 0; i < 1_000; i++) {
            latencies.add(1);
        }
        assertThat(latencies.usualNanos()).isEqualTo(millis(20));
        for (int i = 0; i < 1_000; i++) {
            latencies.add(millis(10_000));
        }
        assertThat(latencies.usualNanos()).isEqualTo(millis(100));
    }

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }
}
