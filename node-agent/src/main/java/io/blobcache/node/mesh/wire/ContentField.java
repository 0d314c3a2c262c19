package io.blobcache.node.mesh.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.blobcache.proto.StoreContentRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Takes the content out of a {@link StoreContentRequest} without putting it together in the heap. */
public final class ContentField {
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
            int type = WireFormat.getTagWireType(tag);
            boolean content = WireFormat.getTagFieldNumber(tag) == StoreContentRequest.CONTENT_FIELD_NUMBER;
            if (content && type == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                Fields.pass(message, Fields.length(message, ContentMethods.MAX_REQUEST_BYTES), sink);
            } else {
                Fields.skip(message, type, ContentMethods.MAX_REQUEST_BYTES);
            }
        }
    }
}
