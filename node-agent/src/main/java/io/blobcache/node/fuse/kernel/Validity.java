package io.blobcache.node.fuse.kernel;

import java.time.Duration;

/** How long the kernel may believe an answer, as the protocol has it: seconds and nanoseconds. */
record Validity(long seconds, int nanos) {
    static final Validity NONE = new Validity(0, 0);

    static Validity of(Duration duration) {
        return new Validity(duration.toSeconds(), duration.toNanosPart());
    }

    boolean isNone() {
        return seconds == 0 && nanos == 0;
    }
}
