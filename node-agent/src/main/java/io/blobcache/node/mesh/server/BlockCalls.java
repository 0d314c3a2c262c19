package io.blobcache.node.mesh.server;

import io.blobcache.node.mesh.wire.BlockPiece;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import java.time.Duration;
import java.util.concurrent.ExecutorService;

/** Gives each call of {@code ReadBlock} a thread, once its request is there. */
final class BlockCalls implements ServerCallHandler<ReadBlockRequest, BlockPiece> {
    private final Lender lender;
    private final int pieceBytes;
    private final Duration sendPatience;
    private final ExecutorService threads;

    /**
     * @param pieceBytes   content of one response at most
     * @param sendPatience longest time in which a client takes nothing of what is sent
     * @param threads      that may wait
     */
    BlockCalls(Lender lender, int pieceBytes, Duration sendPatience, ExecutorService threads) {
        this.lender = lender;
        this.pieceBytes = pieceBytes;
        this.sendPatience = sendPatience;
        this.threads = threads;
    }

    @Override
    public ServerCall.Listener<ReadBlockRequest> startCall(
            ServerCall<ReadBlockRequest, BlockPiece> call, Metadata headers) {
        // Two: a second request in one call is an error that is only seen by asking for it.
        call.request(2);
        return new BlockCall(call, lender, pieceBytes, sendPatience, threads);
    }
}
