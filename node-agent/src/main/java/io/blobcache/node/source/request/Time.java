package io.blobcache.node.source.request;

import java.time.Duration;

/** Monotonic time and waiting: a seam, so that no test sleeps. */
public interface Time {

    Time SYSTEM = new Time() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void pause(Duration duration) throws InterruptedException {
            Thread.sleep(duration);
        }
    };

    /** Nanoseconds since some moment; only differences mean anything. */
    long nanos();

    void pause(Duration duration) throws InterruptedException;
}
