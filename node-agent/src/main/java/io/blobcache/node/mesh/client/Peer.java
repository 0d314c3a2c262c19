package io.blobcache.node.mesh.client;

import io.blobcache.node.mesh.members.Member;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One peer as this agent knows it: its connections, and what it has been good for. Thread-safe. */
final class Peer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Peer.class);

    /** One wrong answer may be a bit that flipped; three are a disk, a memory or a mind gone bad. */
    private static final int MAX_LIES = 3;

    /** Long enough that a broken memory costs nothing, short enough that a node that was mended is used again. */
    private static final Duration QUARANTINE = Duration.ofMinutes(10);

    private final Member member;
    private final Line line;
    private final Breaker breaker;
    private final AtomicInteger lies = new AtomicInteger();
    private final LongSupplier nanoTime;
    private volatile long liedNanos;

    Peer(Member member, Line line, Breaker breaker, LongSupplier nanoTime) {
        this.member = member;
        this.line = line;
        this.breaker = breaker;
        this.nanoTime = nanoTime;
    }

    /** What carries requests to it. */
    Line line() {
        return line;
    }

    Member member() {
        return member;
    }

    /** Whether it may be asked now; if so, {@link #answered}, {@link #succeeded} or {@link #gaveUp} has to follow. */
    boolean mayBeAsked() {
        if (isQuarantined() || !breaker.lets()) {
            return false;
        }
        if (breaker.isOpen()) {
            line.hurry();
        }
        return true;
    }

    /** After three lies; once it has ended, one more is enough for another. */
    boolean isQuarantined() {
        return lies.get() >= MAX_LIES && nanoTime.getAsLong() - liedNanos < QUARANTINE.toNanos();
    }

    boolean isLeftAlone() {
        return breaker.isOpen();
    }

    /** Learns from an answer. */
    void answered(Answer answer) {
        switch (answer) {
            case Answer.Here _, Answer.Busy _, Answer.NotHeld _ -> succeeded();
            case Answer.Failed failed -> {
                if (breaker.failed()) {
                    LOG.atWarn()
                            .addKeyValue("peer", member.id())
                            .addKeyValue("address", member.address())
                            .addKeyValue("reason", failed.reason())
                            .log("peer fails and is left alone for a while");
                }
            }
            case Answer.Lied lied -> lied(lied);
        }
    }

    /** It did what it was asked for. */
    void succeeded() {
        breaker.succeeded();
    }

    /** The request was given up for reasons of our own. */
    void gaveUp() {
        breaker.gaveUp();
    }

    private void lied(Answer.Lied lied) {
        breaker.gaveUp();
        liedNanos = nanoTime.getAsLong();
        int count = lies.incrementAndGet();
        if (count >= MAX_LIES) {
            LOG.atError()
                    .addKeyValue("event", "PeerQuarantined")
                    .addKeyValue("peer", member.id())
                    .addKeyValue("address", member.address())
                    .addKeyValue("reason", lied.reason())
                    .log(
                            "peer sent wrong bytes three times and is not asked for 10 minutes: check its memory and disk");
        } else {
            LOG.atWarn()
                    .addKeyValue("peer", member.id())
                    .addKeyValue("reason", lied.reason())
                    .log("peer sent wrong bytes");
        }
    }

    @Override
    public void close() {
        line.close();
    }
}
