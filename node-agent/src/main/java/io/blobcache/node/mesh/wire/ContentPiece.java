package io.blobcache.node.mesh.wire;

import io.blobcache.node.model.BlobException;
import java.lang.foreign.MemorySegment;

/**
 * One response with content. It passes through {@code buffer} piece by piece while it is sent, so that a long one takes
 * no more memory here than that.
 *
 * @param ok          false if there is no such content; then the rest is empty
 * @param lengthBytes of the content in this response
 * @param buffer      borrowed until the message is sent; begins with the first {@code readyBytes} of the content
 * @param rest        fills the buffer anew
 */
public record ContentPiece(boolean ok, int lengthBytes, MemorySegment buffer, int readyBytes, Rest rest) {

    public static final ContentPiece ABSENT = new ContentPiece(false, 0, MemorySegment.NULL, 0, (_, _) -> {});

    /** Where the rest of the content comes from. */
    @FunctionalInterface
    public interface Rest {
        /** @param offset in this response's content */
        void read(int offset, MemorySegment into) throws BlobException;
    }
}
