package io.blobcache.node.mesh.wire;

import java.io.IOException;
import java.nio.channels.Channel;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes connections on which nothing moves: a blocked read or write of a socket channel has no time limit of its own,
 * and ends with an exception when its channel is closed. Thread-safe.
 */
public final class Stalls {
    private static final Logger LOG = LoggerFactory.getLogger(Stalls.class);

    private final ScheduledExecutorService clock;
    private final LongSupplier nanoTime;

    /** @param clock looks at the connections; its owner ends it, and with it every watch */
    public Stalls(ScheduledExecutorService clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** Watches until it is closed. */
    public Watch watch(Channel channel, Duration limit) {
        return new Watch(channel, limit);
    }

    /** One connection, while something is expected of it. */
    public final class Watch implements AutoCloseable {
        private final Channel channel;
        private final long limitNanos;
        private final ScheduledFuture<?> looks;
        private volatile long movedNanos = nanoTime.getAsLong();
        private volatile boolean stalled;

        private Watch(Channel channel, Duration limit) {
            this.channel = channel;
            this.limitNanos = limit.toNanos();
            long every = Math.max(1, limitNanos / 4);
            this.looks = clock.scheduleWithFixedDelay(this::look, every, every, TimeUnit.NANOSECONDS);
        }

        /** Something moved. */
        public void moved() {
            movedNanos = nanoTime.getAsLong();
        }

        /** Whether it was closed because nothing moved. */
        public boolean hasStalled() {
            return stalled;
        }

        @Override
        public void close() {
            looks.cancel(false);
        }

        private void look() {
            if (nanoTime.getAsLong() - movedNanos < limitNanos) {
                return;
            }
            stalled = true;
            try {
                channel.close();
            } catch (IOException e) {
                LOG.atDebug().setCause(e).log("a stalled connection does not close");
            }
        }
    }
}
