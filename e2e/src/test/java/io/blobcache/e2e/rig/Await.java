package io.blobcache.e2e.rig;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for something that must come true. */
public final class Await {
    private Await() {}

    /** @return how long it took */
    public static Duration until(String what, Duration limit, BooleanSupplier holds) {
        long began = System.nanoTime();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - began > limit.toNanos()) {
                throw new AssertionError("not within " + limit + ": " + what);
            }
            pause(Duration.ofMillis(10));
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    public static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
