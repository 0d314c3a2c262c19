package io.blobcache.node.mesh.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * The head of a message on a bulk connection: a plain TCP connection beside gRPC that carries nothing but blocks, from
 * buffer to socket and from socket to buffer. A client sends {@code REQUEST}, a {@code ReadBlockRequest}; the server
 * answers with any number of {@code COMING} and {@code CONTENT}, then one of the others. One request at a time.
 *
 * <p>On the wire: the kind's number, 1 byte; the length of what follows, 4 bytes in network order.
 */
public record BulkFrame(Kind kind, int length) {
    public static final int HEAD_BYTES = 1 + Integer.BYTES;

    /** A path of 4,096 characters, a version of 1,024, and the numbers. */
    public static final int MAX_REQUEST_BYTES = 16 << 10;

    /** What ends an answer: sixteen members' ids of 253 characters, a digest, and what later versions add. */
    public static final int MAX_END_BYTES = 16 << 10;

    /** In words what went wrong. */
    public static final int MAX_TEXT_BYTES = 1 << 10;

    /** The order is the number on the wire: new ones come last. */
    public enum Kind {
        REQUEST,
        /** The block is on its way. */
        COMING,
        /** The next bytes of the block. */
        CONTENT,
        /** After all content: SHA-256 of the block. */
        DIGEST,
        /** Number of a {@code Refusal}, 4 bytes, and an {@code Elsewhere} if there is one. */
        REFUSED,
        /** A status of gRPC and a text. */
        FAILED
    }

    /** Into an empty buffer, ready to be written. */
    public ByteBuffer head(ByteBuffer into) {
        return into.clear().put((byte) kind.ordinal()).putInt(length).flip();
    }

    /**
     * @param head room for a head; overwritten
     * @throws EOFException if the other end closed the connection
     * @throws IOException if it is no head
     */
    public static BulkFrame read(ReadableByteChannel from, ByteBuffer head) throws IOException {
        fill(from, head.clear().limit(HEAD_BYTES));
        int kind = head.get();
        int length = head.getInt();
        Kind[] kinds = Kind.values();
        if (kind < 0 || kind >= kinds.length || length < 0) {
            throw new IOException("no frame of a bulk connection");
        }
        return new BulkFrame(kinds[kind], length);
    }

    /** Fills what remains of the buffer, and flips it. */
    public static ByteBuffer fill(ReadableByteChannel from, ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (from.read(into) < 0) {
                throw new EOFException("the connection was closed");
            }
        }
        return into.flip();
    }
}
