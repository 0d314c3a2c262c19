package io.blobcache.node.mesh.server;

import io.blobcache.node.mesh.wire.BlockPiece;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import java.util.concurrent.ExecutorService;

/** Gives each call of {@code ReadBlock} a thread, once its request is there. */
final class BlockCalls implements ServerCallHandler<ReadBlockRequest, BlockPiece> {
    private final Lender lender;
    private final ExecutorService threads;

    /** @param threads that may wait */
    BlockCalls(Lender lender, ExecutorService threads) {
        this.lender = lender;
        this.threads = threads;
    }

    @Override
    public ServerCall.Listener<ReadBlockRequest> startCall(
            ServerCall<ReadBlockRequest, BlockPiece> call, Metadata headers) {
        // Two: a second request in one call is an error that is only seen by asking for it.
        call.request(2);
        return new BlockCall(call, lender, threads);
    }
}
