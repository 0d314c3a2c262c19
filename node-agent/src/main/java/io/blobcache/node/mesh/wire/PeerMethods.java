package io.blobcache.node.mesh.wire;

import io.blobcache.proto.v1.PeerGrpc;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.blobcache.proto.v1.ReadBlockResponse;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;

/**
 * The methods of the generated service with marshallers of our own for the messages that hold content: on the wire they
 * are the same.
 */
public final class PeerMethods {
    /** A piece of content and some bytes around it: tags, lengths, a digest. */
    public static final int MAX_OVERHEAD_BYTES = 64 << 10;

    private static final MethodDescriptor<ReadBlockRequest, BlockPiece> SERVING = generated().toBuilder(
                    generated().getRequestMarshaller(), new BlockPieceWriter())
            .build();

    private PeerMethods() {}

    /**
     * The service, with our marshallers.
     *
     * @param finding the method that finds stored content
     */
    public static ServiceDescriptor service(MethodDescriptor<?, ?> finding) {
        return ServiceDescriptor.newBuilder(PeerGrpc.SERVICE_NAME)
                .setSchemaDescriptor(PeerGrpc.getServiceDescriptor().getSchemaDescriptor())
                .addMethod(SERVING)
                .addMethod(PeerGrpc.getOpenBulkMethod())
                .addMethod(finding)
                .build();
    }

    /** For a server, which only writes responses. */
    public static MethodDescriptor<ReadBlockRequest, BlockPiece> serving() {
        return SERVING;
    }

    /** For one call of a client, whose responses go to one place. */
    public static MethodDescriptor<ReadBlockRequest, Received> asking(ArrivingBlock block) {
        return generated().toBuilder(generated().getRequestMarshaller(), block).build();
    }

    private static MethodDescriptor<ReadBlockRequest, ReadBlockResponse> generated() {
        return PeerGrpc.getReadBlockMethod();
    }
}
