package io.blobcache.node.fs.listing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.blobcache.node.metrics.NameCounters;
import io.blobcache.node.model.BlobException;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the source answers. While it does not, what is known is served without asking it, except by one caller each
 * {@link #PAUSE_MILLIS}: so a tree that is known stays as fast as it was, and a source that is back is noticed.
 * Thread-safe.
 */
public final class Reachability {
    /** The default ttl: an absent source is noticed as late as a changed file. */
    static final long PAUSE_MILLIS = 5000;

    private static final Logger LOG = LoggerFactory.getLogger(Reachability.class);

    private final String source;
    private final InstantSource clock;
    private final NameCounters counters;

    @GuardedBy("this")
    private boolean reachable = true;

    @GuardedBy("this")
    private boolean saidReachable = true;

    @GuardedBy("this")
    private long askAgainMillis;

    @GuardedBy("this")
    private long saidMillis = -1;

    public Reachability(String source, InstantSource clock, NameCounters counters) {
        this.source = source;
        this.clock = clock;
        this.counters = counters;
    }

    /** Whether a caller that has an old answer should ask for a new one. */
    public synchronized boolean worthAsking() {
        if (reachable) {
            return true;
        }
        long now = clock.millis();
        if (now < askAgainMillis && askAgainMillis - now <= PAUSE_MILLIS) {
            return false;
        }
        askAgainMillis = now + PAUSE_MILLIS;
        return true;
    }

    public synchronized boolean reachable() {
        return reachable;
    }

    /** The source gave an answer, be it "there is no such path". */
    public void answered() {
        if (change(true)) {
            LOG.atInfo().addKeyValue("source", source).log("source answers again");
        }
    }

    /** The source gave no answer, or a refusal, which is one. */
    public void failed(BlobException failure) {
        if (failure instanceof BlobException.NotFound || failure instanceof BlobException.Denied) {
            answered();
        } else if (means(failure) && change(false)) {
            LOG.atWarn()
                    .addKeyValue("source", source)
                    .addKeyValue("failure", NameRules.escaped(String.valueOf(failure.getMessage())))
                    .log("source cannot be reached, what is known is still served");
        }
    }

    /**
     * Whether a failure says that there was no answer, so that what is known may still be true. Garbage is no answer
     * either: a connection that broke in the middle of a listing looks like it.
     */
    public static boolean means(BlobException failure) {
        return switch (failure) {
            case BlobException.Unavailable _, BlobException.TimedOut _, BlobException.Corrupt _ -> true;
            case BlobException.NotFound _,
                    BlobException.Denied _,
                    BlobException.Changed _,
                    BlobException.NoBuffer _,
                    BlobException.Interrupted _ -> false;
        };
    }

    /** @return whether it is to be said: once for each change, but of a source that comes and goes not each time */
    private synchronized boolean change(boolean to) {
        long now = clock.millis();
        if (!to) {
            askAgainMillis = now + PAUSE_MILLIS;
        }
        if (reachable && !to) {
            counters.outages.increment();
        }
        reachable = to;
        if (saidReachable == to || (now >= saidMillis && now - saidMillis < PAUSE_MILLIS && saidMillis >= 0)) {
            return false;
        }
        saidReachable = to;
        saidMillis = now;
        return true;
    }
}
