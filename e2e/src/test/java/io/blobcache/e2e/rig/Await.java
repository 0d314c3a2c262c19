package io.blobcache.e2e.rig;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for something that must come true. */
public final class Await {
    private Await() {}

    /** Looks less often the longer it takes, so that looking is never what it waits for. @return how long it took, to 5 % */
    public static Duration until(String what, Duration limit, BooleanSupplier holds) {
        long began = System.nanoTime();
        while (!holds.getAsBoolean()) {
            long waited = System.nanoTime() - began;
            if (waited > limit.toNanos()) {
                throw new AssertionError("not within " + limit + ": " + what);
            }
            pause(Duration.ofMillis(Math.clamp(waited / 20_000_000, 10, 250)));
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
