package io.blobcache.node.mesh.server;

import io.blobcache.node.mesh.wire.BlockPiece;
import io.blobcache.node.metrics.LendingCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.model.NanoClock;
import io.blobcache.node.model.Pace;
import io.blobcache.node.tier.BlockLoans;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.grpc.Status;

/** Lends blocks as an agent does, to a network that somebody makes up. */
public final class SimulatedLending {
    private final Lender lender;

    /** Where an answer goes. */
    @FunctionalInterface
    public interface Taker {
        /** Returns when most of it was taken. */
        void take(BlockPiece piece) throws InterruptedException;
    }

    public SimulatedLending(
            String sourceIdentity,
            BlockSize blockSize,
            BlockLoans loans,
            long maxLentBytes,
            int minBytes,
            LendingCounters counters,
            NanoClock clock) {
        this.lender = new Lender(
                new BlockRequests(
                        (path, version, bytes) -> Blob.ofSource(sourceIdentity, path, version, bytes), blockSize),
                loans,
                new Admission(maxLentBytes, minBytes, clock),
                new Pace(0, clock),
                counters,
                clock);
    }

    /** @return how the call ends */
    public Status lend(ReadBlockRequest request, Taker taker) throws InterruptedException {
        return lender.lend(request, new Lender.Responses() {
            @Override
            public int pieceBytes() {
                return Integer.MAX_VALUE;
            }

            @Override
            public void send(BlockPiece piece) throws InterruptedException {
                taker.take(piece);
            }
        });
    }
}
