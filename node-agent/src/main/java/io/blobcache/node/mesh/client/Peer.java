package io.blobcache.node.mesh.client;

import io.blobcache.node.mesh.members.Member;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One peer as this agent knows it: its connections, and what it has been good for. Thread-safe. */
final class Peer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Peer.class);

    /** One wrong answer may be a bit that flipped; three are a disk, a memory or a mind gone bad. */
    private static final int MAX_LIES = 3;

    private final Member member;
    private final List<ManagedChannel> channels;
    private final Breaker breaker;
    private final BulkWay bulk;
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicInteger lies = new AtomicInteger();

    Peer(Member member, List<ManagedChannel> channels, Breaker breaker, BulkWay bulk) {
        this.member = member;
        this.channels = List.copyOf(channels);
        this.breaker = breaker;
        this.bulk = bulk;
    }

    /** Its connections beside gRPC. */
    BulkWay bulk() {
        return bulk;
    }

    Member member() {
        return member;
    }

    /** Whether it may be asked now; if so, {@link #answered} has to follow. */
    boolean mayBeAsked() {
        if (isQuarantined() || !breaker.lets()) {
            return false;
        }
        if (breaker.isOpen()) {
            // The transport's own pauses between two attempts grow to two minutes.
            channels.forEach(ManagedChannel::resetConnectBackoff);
        }
        return true;
    }

    boolean isQuarantined() {
        return lies.get() >= MAX_LIES;
    }

    boolean isLeftAlone() {
        return breaker.isOpen();
    }

    /** The next of its connections. */
    Channel channel() {
        return channels.get(Math.floorMod(turn.getAndIncrement(), channels.size()));
    }

    /** Learns from an answer. */
    void answered(Answer answer) {
        switch (answer) {
            case Answer.Here _, Answer.Refused _ -> breaker.succeeded();
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

    /** The request was given up for reasons of our own. */
    void gaveUp() {
        breaker.gaveUp();
    }

    private void lied(Answer.Lied lied) {
        breaker.gaveUp();
        int count = lies.incrementAndGet();
        if (count == MAX_LIES) {
            LOG.atError()
                    .addKeyValue("event", "PeerQuarantined")
                    .addKeyValue("peer", member.id())
                    .addKeyValue("address", member.address())
                    .addKeyValue("reason", lied.reason())
                    .log(
                            "peer sent wrong bytes three times and is asked no more: check its memory and disk, then restart it");
        } else if (count < MAX_LIES) {
            LOG.atWarn()
                    .addKeyValue("peer", member.id())
                    .addKeyValue("reason", lied.reason())
                    .log("peer sent wrong bytes");
        }
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        bulk.close();
    }
}
