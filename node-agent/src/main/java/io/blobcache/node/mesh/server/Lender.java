package io.blobcache.node.mesh.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.blobcache.node.mesh.wire.BlockPiece;
import io.blobcache.node.mesh.wire.Statuses;
import io.blobcache.node.metrics.LendingCounters;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.model.NanoClock;
import io.blobcache.node.model.Pace;
import io.blobcache.node.model.SegmentDigest;
import io.blobcache.node.tier.BlobBlocks;
import io.blobcache.node.tier.BlockLoans;
import io.blobcache.proto.v1.Elsewhere;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.blobcache.proto.v1.Refusal;
import io.grpc.Status;
import io.grpc.StatusException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Answers one request for a block after the other, each on a thread of its own that waits: for its turn, for the block,
 * for the peer to take what was sent. A slow peer holds one block's memory, which its turn allowed for.
 */
final class Lender {
    /** How long a request waits for its turn: a few blocks at the pace of a slow line. */
    private static final Duration TURN_PATIENCE = Duration.ofMillis(200);

    /** Half of the usual progress timeout: a peer that waits for its turn hears nothing meanwhile. */
    private static final Duration PACE_PATIENCE = Duration.ofSeconds(1);

    /** A peer that waits for a fetch is told so often that it goes on: a quarter of the shortest sensible progress timeout. */
    private static final Duration SIGN = Duration.ofMillis(500);

    /** As long as a read may take. */
    private static final Duration FETCH_PATIENCE = Duration.ofSeconds(30);

    private final BlockRequests requests;
    private final BlockLoans loans;
    private final Admission admission;
    private final Pace pace;
    private final NanoClock clock;
    private final BlockDigests digests = new BlockDigests();
    private final Holders holders;
    private final LendingCounters counters;

    /**
     * Where responses go.
     *
     * <p>{@link #send} waits until the peer has taken most of what was sent before.
     */
    interface Responses {
        /** Content of one response at most. */
        int pieceBytes();

        void send(BlockPiece piece) throws InterruptedException;
    }

    Lender(
            BlockRequests requests,
            BlockLoans loans,
            Admission admission,
            Pace pace,
            LendingCounters counters,
            NanoClock clock) {
        this.requests = requests;
        this.loans = loans;
        this.admission = admission;
        this.pace = pace;
        this.clock = clock;
        this.holders = new Holders(clock);
        this.counters = counters;
    }

    /** @return how the call ends */
    Status lend(ReadBlockRequest request, Responses responses) throws InterruptedException {
        try {
            BlobBlocks blocks = requests.check(request);
            BlockKey key = blocks.key(request.getBlockIndex());
            int bytes = key.lengthBytes();
            List<String> others = holders.of(key);
            // Whoever can be sent on has no need to wait.
            if (!admission.enter(bytes, others.isEmpty() ? TURN_PATIENCE : Duration.ZERO)) {
                busy(BlockPiece.busy(elsewhere(key, others)), responses);
                return Status.OK;
            }
            try {
                lend(blocks, request, responses);
                return Status.OK;
            } finally {
                admission.leave(bytes);
            }
        } catch (BlobException e) {
            counters.failed.increment();
            return Statuses.of(e);
        } catch (StatusException e) {
            counters.failed.increment();
            return e.getStatus();
        }
    }

    private void lend(BlockKey key, MemorySegment block, String memberId, Responses responses)
            throws InterruptedException {
        OptionalLong wait = pace.nanosUntilTurn(key.lengthBytes(), PACE_PATIENCE);
        if (wait.isEmpty()) {
            busy(BlockPiece.busy(elsewhere(key, holders.of(key))), responses);
            return;
        }
        clock.sleep(wait.getAsLong());
        send(key, block, responses);
        counters.lent.increment();
        holders.gave(key, memberId);
    }

    private void busy(BlockPiece refusal, Responses responses) throws InterruptedException {
        counters.busy.increment();
        responses.send(refusal);
    }

    private Elsewhere elsewhere(BlockKey key, List<String> others) {
        Elsewhere.Builder elsewhere = Elsewhere.newBuilder().addAllMemberIds(others);
        ByteString sha256 = digests.of(key);
        return sha256 == null ? elsewhere.build() : elsewhere.setSha256(sha256).build();
    }

    private void lend(BlobBlocks blocks, ReadBlockRequest request, Responses responses)
            throws BlobException, InterruptedException {
        int index = request.getBlockIndex();
        switch (loans.borrow(
                blocks,
                index,
                request.getOnlyIfHeld(),
                FETCH_PATIENCE,
                SIGN,
                () -> responses.send(BlockPiece.COMING))) {
            case BlockLoans.Block block -> {
                try (var lease = block.lease()) {
                    lend(blocks.key(index), lease.buffer(), request.getMemberId(), responses);
                }
            }
            case BlockLoans.Refusal.BUSY -> busy(BlockPiece.refused(Refusal.REFUSAL_BUSY), responses);
            case BlockLoans.Refusal.NOT_HELD -> {
                counters.notHeld.increment();
                responses.send(BlockPiece.refused(Refusal.REFUSAL_NOT_HELD));
            }
        }
    }

    /** The first time the block is hashed on its way. */
    private void send(BlockKey key, MemorySegment block, Responses responses) throws InterruptedException {
        ByteString digest = digests.of(key);
        if (digest == null) {
            SegmentDigest sha256 = new SegmentDigest();
            send(block.asSlice(0, key.lengthBytes()), responses, sha256::update);
            digest = UnsafeByteOperations.unsafeWrap(sha256.digest());
            digests.keep(key, digest);
        } else {
            send(block.asSlice(0, key.lengthBytes()), responses, _ -> {});
        }
        responses.send(BlockPiece.last(digest));
    }

    private void send(MemorySegment block, Responses responses, Consumer<MemorySegment> sent)
            throws InterruptedException {
        int pieceBytes = responses.pieceBytes();
        for (long offset = 0; offset < block.byteSize(); offset += pieceBytes) {
            MemorySegment piece = block.asSlice(offset, Math.min(pieceBytes, block.byteSize() - offset));
            responses.send(BlockPiece.of(piece));
            counters.lentBytes.add(piece.byteSize());
            sent.accept(piece);
        }
    }
}
