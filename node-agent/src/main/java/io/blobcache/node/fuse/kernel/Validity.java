package io.blobcache.node.fuse.kernel;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How long the kernel may believe an answer at most, as the protocol has it: seconds and nanoseconds. */
record Validity(long seconds, int nanos) {
    static final Validity NONE = new Validity(0, 0);

    static Validity of(Duration duration) {
        return new Validity(duration.toSeconds(), duration.toNanosPart());
    }

    /** The seconds of this or of {@code millis}, whichever is shorter; with {@link #nanosWithin} they are the time. */
    long secondsWithin(long millis) {
        return isWithin(millis) ? seconds : TimeUnit.MILLISECONDS.toSeconds(millis);
    }

    int nanosWithin(long millis) {
        return isWithin(millis) ? nanos : (int) TimeUnit.MILLISECONDS.toNanos(millis % 1000);
    }

    private boolean isWithin(long millis) {
        return TimeUnit.SECONDS.toMillis(seconds) + TimeUnit.NANOSECONDS.toMillis(nanos) < millis;
    }

    boolean isNone() {
        return seconds == 0 && nanos == 0;
    }
}
