package io.blobcache.node.mesh.client;

import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.members.Members;
import io.blobcache.node.mesh.wire.Stalls;
import io.blobcache.proto.v1.OpenBulkRequest;
import io.blobcache.proto.v1.OpenBulkResponse;
import io.blobcache.proto.v1.PeerGrpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The peers that were asked so far, by their id. What is known of one is forgotten when its address changes. Thread-safe. */
final class KnownPeers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KnownPeers.class);
    private static final Duration REHEARSAL = Duration.ofSeconds(10);

    private final ConcurrentHashMap<String, Peer> peers = new ConcurrentHashMap<>();
    private final Connections connections;
    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("peer-clock").factory());
    private final Stalls stalls;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;

    KnownPeers(Connections connections, LongSupplier nanoTime, RandomGenerator random) {
        this.connections = connections;
        clock.setRemoveOnCancelPolicy(true);
        this.stalls = new Stalls(clock, nanoTime);
        this.nanoTime = nanoTime;
        this.random = random;
    }

    Peer of(Member member) {
        Peer known = peers.get(member.id());
        return known != null && known.member().address().equals(member.address()) ? known : renew(member);
    }

    /** Waits, 10 s at most, until this process has said something over a connection and understood the answer. */
    void rehearse(Member self) {
        List<ManagedChannel> channels = connections.open(self);
        try {
            OpenBulkResponse answer = PeerGrpc.newBlockingStub(channels.getFirst())
                    .withDeadlineAfter(REHEARSAL)
                    .openBulk(OpenBulkRequest.getDefaultInstance());
            LOG.atDebug().addKeyValue("bulkPort", answer.getPort()).log("the mesh is rehearsed");
        } catch (StatusRuntimeException e) {
            LOG.atDebug().setCause(e).log("the mesh was not rehearsed");
        } finally {
            channels.forEach(ManagedChannel::shutdownNow);
        }
    }

    /** Closes what is open to those who have left. Their calls under way fail, and are asked of others. */
    void retain(Members members) {
        peers.values().removeIf(peer -> {
            boolean gone = members.find(peer.member().id())
                    .filter(member -> member.address().equals(peer.member().address()))
                    .isEmpty();
            if (gone) {
                peer.close();
            }
            return gone;
        });
    }

    /** How many are left out because they lied. */
    long quarantined() {
        return peers.values().stream().filter(Peer::isQuarantined).count();
    }

    /** How many are left alone for a while because they fail. */
    long leftAlone() {
        return peers.values().stream().filter(Peer::isLeftAlone).count();
    }

    @Override
    public void close() {
        peers.values().forEach(Peer::close);
        peers.clear();
        clock.shutdownNow();
    }

    private Peer renew(Member member) {
        return peers.compute(member.id(), (_, present) -> {
            if (present != null && present.member().address().equals(member.address())) {
                return present;
            }
            if (present != null) {
                present.close();
            }
            return new Peer(
                    member,
                    connections.open(member),
                    new Breaker(nanoTime, random),
                    connections.bulk(member, stalls, nanoTime),
                    nanoTime);
        });
    }
}
