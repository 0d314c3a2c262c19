package io.blobcache.node.mesh.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.grpc.HasByteBuffer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Fields of a protobuf message, read without putting their content together in the heap. */
final class Fields {
    private static final int STEP_BYTES = 8 << 10;

    private Fields() {}

    static int number(InputStream message) throws IOException {
        int first = message.read();
        if (first < 0) {
            throw new EOFException("a number is missing");
        }
        return CodedInputStream.readRawVarint32(first, message);
    }

    /** A length that a field may have. */
    static int length(InputStream message, int maxBytes) throws IOException {
        int length = number(message);
        if (length < 0 || length > maxBytes) {
            throw new IOException("a field of %d bytes".formatted(length));
        }
        return length;
    }

    /**
     * Passes content on, straight from the transport's buffers where it shows them: it does not show an empty one, or
     * small ones that it has put together.
     */
    static <E extends Exception> void pass(InputStream message, int length, ContentField.Sink<E> sink)
            throws IOException, E {
        int left = length;
        while (left > 0) {
            ByteBuffer shown = message instanceof HasByteBuffer direct && direct.byteBufferSupported()
                    ? direct.getByteBuffer()
                    : null;
            int bytes = Math.min(left, shown == null ? 0 : shown.remaining());
            if (shown == null || bytes == 0) {
                byte[] copied = message.readNBytes(Math.min(left, STEP_BYTES));
                bytes = copied.length;
                if (bytes == 0) {
                    throw new EOFException("content of %d bytes ends %d early".formatted(length, left));
                }
                sink.take(ByteBuffer.wrap(copied));
            } else {
                sink.take(shown.slice(shown.position(), bytes));
                message.skipNBytes(bytes);
            }
            left -= bytes;
        }
    }

    /** A field of a later version. */
    static void skip(InputStream message, int type, int maxBytes) throws IOException {
        switch (type) {
            case WireFormat.WIRETYPE_VARINT -> number(message);
            case WireFormat.WIRETYPE_FIXED32 -> message.skipNBytes(Integer.BYTES);
            case WireFormat.WIRETYPE_FIXED64 -> message.skipNBytes(Long.BYTES);
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> message.skipNBytes(length(message, maxBytes));
            default -> throw new IOException("wire type " + type);
        }
    }
}
