package io.blobcache.node.mesh.client;

import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.members.Members;
import io.blobcache.node.mesh.placement.Placement;
import io.blobcache.node.mesh.tls.MeshCredentials;
import io.blobcache.node.metrics.PeerCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.model.NanoClock;
import io.blobcache.node.model.StoredPath;
import io.blobcache.node.tier.Peers;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * Asks the owner of a block for it, then the second; what both do not give comes from the source. Once this agent itself
 * comes first among those left, the block is its own to fetch. Thread-safe.
 */
public final class PeerTier implements Peers, AutoCloseable {
    /** The owner and one more: asking a third would take longer than the source does. */
    private static final int MAX_ASKED = 2;

    private final String self;
    private final Lines lines;
    private final KnownPeers peers;
    private final Candidates candidates;
    private final Asking asking;
    private final Hedging hedging;
    private final Crowd crowd;
    private final ContentPeers contents;
    private final ContentProofs proofs;

    /** As {@link #open}, over any network. */
    PeerTier(
            String self,
            Lines lines,
            MeshConfig config,
            BlockSize blockSize,
            BufferPool pool,
            Executor threads,
            PeerCounters counters,
            NanoClock clock,
            RandomGenerator random) {
        this.self = self;
        this.lines = lines;
        this.peers = new KnownPeers(lines, clock, random);
        this.candidates = new Candidates(self, peers);
        PromisedDigests promised = new PromisedDigests();
        this.asking = new Asking(self, blockSize, config.progressTimeout(), promised, counters, clock);
        this.hedging = new Hedging(asking, pool, threads, counters, clock);
        this.crowd = new Crowd(asking, candidates::member, clock, random);
        this.contents = new ContentPeers(this::keepers, candidates::owner, pool, config.progressTimeout());
        Asking nameless = new Asking("", blockSize, config.progressTimeout(), new PromisedDigests(), counters, clock);
        this.proofs = new ContentProofs(
                this::keepers,
                nameless,
                new Crowd(nameless, candidates::member, clock, random),
                promised,
                blockSize,
                pool,
                threads,
                clock);
    }

    /**
     * @param self    this agent's id among the members; one that is not among them owns nothing and asks all the same
     * @param pool    for second answers
     * @param threads that may wait
     */
    public static PeerTier open(
            String self,
            MeshConfig config,
            MeshCredentials credentials,
            BlockSize blockSize,
            BufferPool pool,
            Executor threads,
            PeerCounters counters,
            NanoClock clock,
            RandomGenerator random) {
        Lines lines = new GrpcLines(config, credentials, clock);
        return new PeerTier(self, lines, config, blockSize, pool, threads, counters, clock, random);
    }

    /** Takes a new list of members. */
    public void members(Members members) {
        members(members, Placement.seenBy(self, members));
    }

    /** @param seen the members, as this agent sees them */
    void members(Members members, Placement seen) {
        candidates.take(members, seen);
    }

    /**
     * Speaks once to this agent itself, so that the first request to a peer does not wait for classes to be loaded: on a
     * busy machine that takes seconds, which would be taken for a peer's silence.
     *
     * @param self where this agent serves its peers
     */
    public void rehearse(Member self) {
        lines.rehearse(self);
    }

    /** The same agents, as those who keep stored content. */
    public ContentPeers contents() {
        return contents;
    }

    /** How many are left out because they sent wrong bytes. */
    public long quarantined() {
        return peers.quarantined();
    }

    /** How many are left alone for a while because they fail. */
    public long leftAlone() {
        return peers.leftAlone();
    }

    @Override
    public void close() {
        peers.close();
    }

    @Override
    public boolean selfOwns(Blob blob, long offset) {
        String digest = StoredPath.digest(blob.path());
        return digest == null ? candidates.startWithSelf(blob, offset) : candidates.selfOwns(digest);
    }

    @Override
    public boolean areAsked(Blob blob, long offset) {
        String digest = StoredPath.digest(blob.path());
        return digest == null
                ? candidates.includeOthers(blob, offset)
                : !keepers(digest).isEmpty();
    }

    @Override
    public void prove(Blob blob) throws BlobException {
        proofs.await(blob);
    }

    @Override
    public boolean read(Blob blob, BlockKey key, long offset, MemorySegment into) throws BlobException {
        proofs.await(blob);
        String digest = StoredPath.digest(blob.path());
        if (digest == null && leavingOwnerHas(blob, key, offset, into)) {
            return true;
        }
        List<Peer> others = digest == null ? candidates.nearerThanSelf(blob, offset) : keepers(digest);
        int asked = 0;
        for (int place = 0; place < others.size() && asked < MAX_ASKED; place++) {
            if (others.get(place).mayBeAsked()) {
                asked++;
                if (ask(others, place, blob, key, into) instanceof Answer.Here) {
                    return true;
                }
            }
        }
        return false;
    }

    private Answer ask(List<Peer> others, int place, Blob blob, BlockKey key, MemorySegment into) throws BlobException {
        Peer peer = others.get(place);
        Answer answer = place + 1 < others.size()
                ? hedging.ask(peer, others.get(place + 1), blob, key, into)
                : asking.ask(peer, blob, key, into, false);
        return answer instanceof Answer.Busy busy ? crowd.ask(peer, busy, blob, key, into) : answer;
    }

    /** A member that is about to leave gives what it has, so that its blobs are not fetched anew; it fetches nothing. */
    private boolean leavingOwnerHas(Blob blob, BlockKey key, long offset, MemorySegment into) throws BlobException {
        Optional<Peer> leaving = candidates.leavingOwner(blob, offset).filter(Peer::mayBeAsked);
        return leaving.isPresent() && asking.ask(leaving.get(), blob, key, into, true) instanceof Answer.Here;
    }

    private List<Peer> keepers(String digest) {
        return candidates.keepers(digest, MAX_ASKED);
    }
}
