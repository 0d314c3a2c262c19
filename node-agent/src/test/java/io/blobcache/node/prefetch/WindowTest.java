package io.blobcache.node.prefetch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WindowTest {
    private static final long MILLIS = 1_000_000;

    private final Window window = new Window();
    private long nowNanos;

    @Test
    void itDoublesUpToWhatTheSourcesTimeAsksFor() {
        window.begin(1, nowNanos);
        // 50 ms a block, read in 10 ms: 1 + 2 * 5.
        assertThat(step(10)).isEqualTo(2);
        assertThat(step(10)).isEqualTo(4);
        assertThat(step(10)).isEqualTo(8);
        assertThat(step(10)).isEqualTo(11);
        assertThat(step(10)).isEqualTo(11);
    }

    @Test
    void itNeverGrowsPastTheLargest() {
        window.begin(1, nowNanos);
        for (int i = 0; i < 20; i++) {
            step(0);
        }
        assertThat(window.steps()).isEqualTo(16);
    }

    @Test
    void aReaderSlowerThanTheSourceNeedsOneBlockAhead() {
        window.begin(1, nowNanos);
        for (int i = 0; i < 20; i++) {
            step(1_000);
        }
        assertThat(window.steps()).isEqualTo(1);
    }

    @Test
    void itHalvesWhenItWasInVainAndWhenItsReaderSlowsDown() {
        window.begin(1, nowNanos);
        for (int i = 0; i < 10; i++) {
            step(1);
        }
        window.narrow();
        assertThat(window.steps()).isEqualTo(8);
        assertThat(step(100_000)).isEqualTo(4);
        for (int i = 0; i < 10; i++) {
            window.narrow();
        }
        assertThat(window.steps()).isEqualTo(1);
    }

    @Test
    void aStepThatDidNotReachWhatWasFetchedAheadMakesItNoLarger() {
        window.begin(2, nowNanos);
        for (int i = 0; i < 5; i++) {
            nowNanos += 10 * MILLIS;
            window.stepped(1, nowNanos);
            window.widen(false, 50 * MILLIS, 16);
        }
        assertThat(window.steps()).isEqualTo(2);
        assertThat(step(10)).isEqualTo(4);
    }

    @Test
    void untilTheSourceHasBeenMeasuredItStaysSmall() {
        window.begin(1, nowNanos);
        for (int i = 0; i < 10; i++) {
            window.stepped(1, nowNanos);
            window.widen(true, 0, 16);
        }
        assertThat(window.steps()).isEqualTo(4);
    }

    @Test
    void theSourcesPaceIsSmoothed() {
        SourcePace pace = new SourcePace();
        assertThat(pace.fetchNanos()).isZero();
        pace.fetched(40 * MILLIS);
        assertThat(pace.fetchNanos()).isEqualTo(40 * MILLIS);
        pace.fetched(80 * MILLIS);
        assertThat(pace.fetchNanos()).isEqualTo(50 * MILLIS);
    }

    private int step(long millis) {
        nowNanos += millis * MILLIS;
        window.stepped(1, nowNanos);
        window.widen(true, 50 * MILLIS, 16);
        return window.steps();
    }
}
