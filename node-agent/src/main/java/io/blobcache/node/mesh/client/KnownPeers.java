package io.blobcache.node.mesh.client;

import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.members.Members;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** The peers that were asked so far, by their id. What is known of one is forgotten when its address changes. Thread-safe. */
final class KnownPeers implements AutoCloseable {
    private final ConcurrentHashMap<String, Peer> peers = new ConcurrentHashMap<>();
    private final Lines lines;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;

    KnownPeers(Lines lines, LongSupplier nanoTime, RandomGenerator random) {
        this.lines = lines;
        this.nanoTime = nanoTime;
        this.random = random;
    }

    Peer of(Member member) {
        Peer known = peers.get(member.id());
        return known != null && known.member().address().equals(member.address()) ? known : renew(member);
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
        lines.close();
    }

    private Peer renew(Member member) {
        return peers.compute(member.id(), (_, present) -> {
            if (present != null && present.member().address().equals(member.address())) {
                return present;
            }
            if (present != null) {
                present.close();
            }
            return new Peer(member, lines.to(member), new Breaker(nanoTime, random), nanoTime);
        });
    }
}
