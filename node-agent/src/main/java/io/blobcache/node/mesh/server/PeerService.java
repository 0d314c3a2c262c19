package io.blobcache.node.mesh.server;

import io.blobcache.node.mesh.call.RequestCall;
import io.blobcache.node.mesh.wire.BlockPiece;
import io.blobcache.node.mesh.wire.PeerMethods;
import io.blobcache.proto.v1.OpenBulkResponse;
import io.blobcache.proto.v1.PeerGrpc;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.concurrent.ExecutorService;

/** The methods of {@code blobcache.v1.Peer}, put together. */
final class PeerService {
    private PeerService() {}

    /**
     * @param pieceBytes content of one response at most
     * @param bulkPort   where bulk connections are taken; 0 for none
     * @param finding    the method that finds stored content
     * @param threads    that may wait
     */
    static ServerServiceDefinition of(
            Lender lender,
            int pieceBytes,
            int bulkPort,
            ServerMethodDefinition<?, ?> finding,
            ExecutorService threads) {
        OpenBulkResponse bulk = OpenBulkResponse.newBuilder().setPort(bulkPort).build();
        return ServerServiceDefinition.builder(PeerMethods.service(finding.getMethodDescriptor()))
                .addMethod(RequestCall.method(
                        PeerMethods.serving(),
                        threads,
                        (request, _, responses) -> lend(lender, request, new Pieces(responses, pieceBytes))))
                .addMethod(RequestCall.method(
                        PeerGrpc.getOpenBulkMethod(), threads, (_, _, responses) -> responses.send(bulk)))
                .addMethod(finding)
                .build();
    }

    private record Pieces(RequestCall<ReadBlockRequest, BlockPiece> call, int pieceBytes) implements Lender.Responses {
        @Override
        public void send(BlockPiece piece) throws InterruptedException {
            call.send(piece);
        }
    }

    private static void lend(Lender lender, ReadBlockRequest request, Lender.Responses responses)
            throws StatusException, InterruptedException {
        Status end = lender.lend(request, responses);
        if (!end.isOk()) {
            throw end.asException();
        }
    }
}
