package io.blobcache.node.mesh.server;

import io.blobcache.node.mesh.wire.PeerMethods;
import io.blobcache.proto.v1.OpenBulkResponse;
import io.blobcache.proto.v1.PeerGrpc;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;

/** The methods of {@code blobcache.v1.Peer}, put together. */
final class PeerService {
    private PeerService() {}

    /**
     * @param bulkPort where bulk connections are taken; 0 for none
     * @param finding  the method that finds stored content
     */
    static ServerServiceDefinition of(BlockCalls calls, int bulkPort, ServerMethodDefinition<?, ?> finding) {
        OpenBulkResponse answer =
                OpenBulkResponse.newBuilder().setPort(bulkPort).build();
        return ServerServiceDefinition.builder(PeerMethods.service(finding.getMethodDescriptor()))
                .addMethod(PeerMethods.serving(), calls)
                .addMethod(PeerGrpc.getOpenBulkMethod(), ServerCalls.asyncUnaryCall((_, responses) -> {
                    responses.onNext(answer);
                    responses.onCompleted();
                }))
                .addMethod(finding)
                .build();
    }
}
