package io.blobcache.node.mesh.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.blobcache.proto.StoreContentRequest;
import io.grpc.HasByteBuffer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Takes the content out of a {@link StoreContentRequest} without putting it together in the heap. */
public final class ContentField {
    private static final int PIECE_BYTES = 64 << 10;

    private ContentField() {}

    /** Takes content, piece by piece. */
    @FunctionalInterface
    public interface Sink<E extends Exception> {
        /** @param content not to be kept after the return */
        void take(ByteBuffer content) throws E;
    }

    /** @throws IOException if the message is no such request */
    public static <E extends Exception> void read(InputStream message, Sink<E> sink) throws IOException, E {
        for (int first = message.read(); first >= 0; first = message.read()) {
            int tag = CodedInputStream.readRawVarint32(first, message);
            boolean content = WireFormat.getTagFieldNumber(tag) == StoreContentRequest.CONTENT_FIELD_NUMBER;
            switch (WireFormat.getTagWireType(tag)) {
                case WireFormat.WIRETYPE_VARINT -> number(message);
                case WireFormat.WIRETYPE_FIXED32 -> message.skipNBytes(Integer.BYTES);
                case WireFormat.WIRETYPE_FIXED64 -> message.skipNBytes(Long.BYTES);
                case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                    int length = number(message);
                    if (length < 0) {
                        throw new IOException("a field of %d bytes".formatted(length));
                    }
                    pass(message, length, content ? sink : _ -> {});
                }
                default -> throw new IOException("wire type " + WireFormat.getTagWireType(tag));
            }
        }
    }

    private static <E extends Exception> void pass(InputStream message, int length, Sink<E> sink)
            throws IOException, E {
        boolean direct = message instanceof HasByteBuffer buffers && buffers.byteBufferSupported();
        int left = length;
        while (left > 0) {
            ByteBuffer next =
                    direct ? arrived(message, left) : ByteBuffer.wrap(message.readNBytes(Math.min(PIECE_BYTES, left)));
            int bytes = next.remaining();
            if (bytes == 0) {
                throw new EOFException("content of %d bytes ends %d early".formatted(length, left));
            }
            sink.take(next);
            if (direct) {
                message.skipNBytes(bytes);
            }
            left -= bytes;
        }
    }

    private static ByteBuffer arrived(InputStream message, int left) {
        ByteBuffer next = ((HasByteBuffer) message).getByteBuffer();
        return next == null ? ByteBuffer.allocate(0) : next.slice(next.position(), Math.min(next.remaining(), left));
    }

    private static int number(InputStream message) throws IOException {
        int first = message.read();
        if (first < 0) {
            throw new EOFException("a number is missing");
        }
        return CodedInputStream.readRawVarint32(first, message);
    }
}
