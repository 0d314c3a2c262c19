package io.blobcache.node.source.request;

import java.time.Duration;

/** When a call has to be over, whatever its attempts are doing. */
public final class Deadline {
    /** Four attempts with their pauses and one stall of 5 s fit into it; a reader waits no longer for nothing. */
    private static final Duration OF_A_CALL = Duration.ofSeconds(30);

    /** A link slower than 2 Mbit/s is not one that a mount can be used over: 4 MiB may take 16 s more. */
    private static final long MIN_BYTES_PER_SECOND = 256 << 10;

    private final Time time;
    private final long endNanos;

    private Deadline(Time time, Duration duration) {
        this.time = time;
        this.endNanos = time.nanos() + duration.toNanos();
    }

    /** @param bytes how many bytes the call is to bring */
    public static Deadline of(Time time, long bytes) {
        return new Deadline(time, OF_A_CALL.plusMillis(bytes * 1000 / MIN_BYTES_PER_SECOND));
    }

    public boolean expired() {
        return leftNanos() <= 0;
    }

    /** Not positive when it is over. */
    long leftNanos() {
        return endNanos - time.nanos();
    }
}
