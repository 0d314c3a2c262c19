package io.blobcache.node.tier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;

/** Fetches as a test sees them. */
final class Flights {
    private Flights() {}

    /** Waits until no fetch is under way and no failure is remembered. */
    static void awaitNone(SingleFlight flights) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (flights.size() > 0) {
            assertThat(System.nanoTime()).as("fetches end").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
