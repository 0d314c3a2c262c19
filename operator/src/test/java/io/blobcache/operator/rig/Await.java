package io.blobcache.operator.rig;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/** Waits for what happens elsewhere, in a cluster. */
public final class Await {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private Await() {}

    /** @return how long it took */
    public static Duration until(String what, Duration limit, BooleanSupplier condition) {
        Instant start = Instant.now();
        while (!condition.getAsBoolean()) {
            if (Duration.between(start, Instant.now()).compareTo(limit) > 0) {
                throw new AssertionError("not within %s: %s".formatted(limit, what));
            }
            try {
                Thread.sleep(BETWEEN_LOOKS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting: " + what, e);
            }
        }
        return Duration.between(start, Instant.now());
    }
}
