package io.blobcache.node.model;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.OptionalLong;

/** How much may pass within a time: so many bytes a second, one after the other. Thread-safe. */
public final class Pace {
    private static final double NANOS = Duration.ofSeconds(1).toNanos();

    private final long bytesPerSecond;
    private final NanoClock clock;

    @GuardedBy("this")
    private long freeNanos;

    /** @param bytesPerSecond 0 for any number */
    public Pace(long bytesPerSecond, NanoClock clock) {
        this.bytesPerSecond = bytesPerSecond;
        this.clock = clock;
        this.freeNanos = clock.getAsLong();
    }

    /**
     * Takes a turn. Waits for nothing.
     *
     * @return how long to wait for it; empty if that is longer than {@code most}, and then no turn was taken
     */
    public synchronized OptionalLong nanosUntilTurn(long bytes, Duration most) {
        if (bytesPerSecond == 0) {
            return OptionalLong.of(0);
        }
        long now = clock.getAsLong();
        long turn = Math.max(now, freeNanos);
        if (turn - now > most.toNanos()) {
            return OptionalLong.empty();
        }
        freeNanos = turn + (long) (bytes / (double) bytesPerSecond * NANOS);
        return OptionalLong.of(turn - now);
    }
}
