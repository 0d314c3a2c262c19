package io.blobcache.node.mesh.client;

import com.google.protobuf.UnsafeByteOperations;
import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.members.Members;
import io.blobcache.node.mesh.placement.Placement;
import io.blobcache.node.metrics.Durations;
import io.blobcache.node.metrics.PeerCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.tier.Peers;
import io.blobcache.proto.v1.ReadBlockRequest;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Asks the owner of a block for it, then the second; what both do not give comes from the source. Once this agent itself
 * comes first among those left, the block is its own to fetch. Thread-safe.
 */
public final class PeerTier implements Peers, AutoCloseable {
    /** The owner and one more: asking a third would take longer than the source does. */
    private static final int MAX_ASKED = 2;

    private final String self;
    private final KnownPeers peers;
    private final BlockSize blockSize;
    private final Duration progressTimeout;
    private final PeerCounters counters;
    private final LongSupplier nanoTime;

    private volatile Placement placement = Placement.seenBy("", Members.NONE);

    private PeerTier(
            String self,
            KnownPeers peers,
            BlockSize blockSize,
            Duration progressTimeout,
            PeerCounters counters,
            LongSupplier nanoTime) {
        this.self = self;
        this.peers = peers;
        this.blockSize = blockSize;
        this.progressTimeout = progressTimeout;
        this.counters = counters;
        this.nanoTime = nanoTime;
    }

    /** @param self this agent's id among the members; one that is not among them owns nothing and asks all the same */
    public static PeerTier open(
            String self,
            MeshConfig config,
            BlockSize blockSize,
            PeerCounters counters,
            LongSupplier nanoTime,
            RandomGenerator random) {
        KnownPeers peers = new KnownPeers(new Connections(config)::open, nanoTime, random);
        return new PeerTier(self, peers, blockSize, config.progressTimeout(), counters, nanoTime);
    }

    /** Takes a new list of members. */
    public void members(Members members) {
        placement = Placement.seenBy(self, members);
        peers.retain(members);
    }

    /** How many are asked no more because they sent wrong bytes. */
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
    public boolean areAsked(Blob blob, long offset) {
        List<Member> candidates = placement.candidates(blob.id(), offset);
        return !candidates.isEmpty() && !candidates.getFirst().id().equals(self);
    }

    @Override
    public boolean read(Blob blob, BlockKey key, long offset, MemorySegment into) throws BlobException {
        int asked = 0;
        for (Member member : placement.candidates(blob.id(), offset)) {
            if (member.id().equals(self) || asked == MAX_ASKED) {
                return false;
            }
            Peer peer = peers.of(member);
            if (peer.mayBeAsked()) {
                asked++;
                if (ask(peer, blob, key, into) instanceof Answer.Here) {
                    return true;
                }
            }
        }
        return false;
    }

    private Answer ask(Peer peer, Blob blob, BlockKey key, MemorySegment into) throws BlobException {
        long began = Durations.now();
        Answer answer;
        try {
            answer = new BlockAsk(peer.channel(), into.asSlice(0, key.lengthBytes()), nanoTime)
                    .ask(request(blob, key), progressTimeout);
        } catch (BlobException | RuntimeException e) {
            peer.gaveUp();
            throw e;
        }
        peer.answered(answer);
        count(answer, key.lengthBytes(), began);
        return answer;
    }

    private void count(Answer answer, int bytes, long began) {
        switch (answer) {
            case Answer.Here _ -> {
                counters.here.increment();
                counters.receivedBytes.add(bytes);
                counters.durations.since(began);
            }
            case Answer.Refused.BUSY -> counters.busy.increment();
            case Answer.Refused.NOT_HELD -> counters.notHeld.increment();
            case Answer.Failed _ -> counters.failed.increment();
            case Answer.Lied _ -> counters.lied.increment();
        }
    }

    private ReadBlockRequest request(Blob blob, BlockKey key) {
        return ReadBlockRequest.newBuilder()
                .setBlobId(UnsafeByteOperations.unsafeWrap(blob.id().toBytes()))
                .setPath(blob.path())
                .setVersion(blob.version())
                .setBlobBytes(blob.lengthBytes())
                .setBlockBytes(blockSize.bytes())
                .setBlockIndex(key.blockIndex())
                .build();
    }
}
