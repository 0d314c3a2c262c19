package io.blobcache.node.mesh.wire;

import io.blobcache.proto.BlobCacheGrpc;
import io.blobcache.proto.GetContentRequest;
import io.blobcache.proto.StoreContentRequest;
import io.blobcache.proto.StoreContentResponse;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;

/** The methods of the public service that carry content, with marshallers of our own: on the wire they are the same. */
public final class ContentMethods {
    /** A client sends 4 MiB as a rule. One that has more memory to give sends four times as much, and that is all. */
    public static final int MAX_REQUEST_BYTES = 16 << 20;

    /** What one response of {@code GetContent} may hold. */
    public static final int MAX_UNARY_BYTES = 64 << 20;

    /** What one response of {@code GetContentStream} may hold, with what is around it: the limit of clients in Go. */
    public static final int MAX_STREAM_PIECE_BYTES = (4 << 20) - (4 << 10);

    /** Says that another agent asks, whose request is not passed on. Any value. */
    public static final Metadata.Key<String> FROM_PEER =
            Metadata.Key.of("blobcache-from-peer", Metadata.ASCII_STRING_MARSHALLER);

    private ContentMethods() {}

    public static MethodDescriptor<GetContentRequest, ContentPiece> serving(boolean stream) {
        var generated = stream ? BlobCacheGrpc.getGetContentStreamMethod() : BlobCacheGrpc.getGetContentMethod();
        return generated.toBuilder(generated.getRequestMarshaller(), new ContentPieceWriter())
                .build();
    }

    /** For a server: a request is its bytes, to be read with {@link ContentField} before the next one comes. */
    public static MethodDescriptor<InputStream, StoreContentResponse> storing() {
        var generated = BlobCacheGrpc.getStoreContentMethod();
        return generated.toBuilder(new AsItIs(), generated.getResponseMarshaller())
                .build();
    }

    /** For a client: a request is its content, which is copied while the message is sent. */
    public static MethodDescriptor<MemorySegment, StoreContentResponse> giving() {
        var generated = BlobCacheGrpc.getStoreContentMethod();
        return generated.toBuilder(new ContentRequestWriter(), generated.getResponseMarshaller())
                .build();
    }

    private static final class AsItIs implements Marshaller<InputStream> {
        @Override
        public InputStream stream(InputStream value) {
            throw new UnsupportedOperationException("a server writes no requests");
        }

        @Override
        public InputStream parse(InputStream stream) {
            return stream;
        }
    }

    private static final class ContentRequestWriter implements Marshaller<MemorySegment> {
        @Override
        public InputStream stream(MemorySegment content) {
            try {
                byte[] header = SegmentMessage.header(StoreContentRequest.CONTENT_FIELD_NUMBER, content);
                return new SegmentMessage(header, content, new byte[0]);
            } catch (IOException e) {
                throw new UncheckedIOException("an array of its exact size holds a header", e);
            }
        }

        @Override
        public MemorySegment parse(InputStream stream) {
            throw new UnsupportedOperationException("a client reads no requests");
        }
    }
}
