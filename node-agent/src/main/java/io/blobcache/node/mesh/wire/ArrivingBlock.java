package io.blobcache.node.mesh.wire;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import io.blobcache.proto.v1.Elsewhere;
import io.blobcache.proto.v1.ReadBlockResponse;
import io.blobcache.proto.v1.Refusal;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a block from a peer goes: reads {@link ReadBlockResponse}s and copies their content, once, from the transport's
 * buffers to its place. Never more than the block's length, whatever the peer sends, and nothing after {@link #abandon}:
 * the place may be somebody else's by then. Thread-safe.
 */
public final class ArrivingBlock implements Marshaller<Received> {
    /** A digest, an enum and what later versions add. */
    private static final int MAX_FIELD_BYTES = PeerMethods.MAX_OVERHEAD_BYTES / 2;

    private final int lengthBytes;

    @GuardedBy("this")
    private @Nullable MemorySegment into;

    @GuardedBy("this")
    private int arrivedBytes;

    @GuardedBy("this")
    private String complaint = "";

    /** @param into written to from 0 to {@code lengthBytes} */
    public ArrivingBlock(MemorySegment into, int lengthBytes) {
        this.into = into;
        this.lengthBytes = lengthBytes;
    }

    /** In place, from the start of the block. */
    public synchronized int arrivedBytes() {
        return arrivedBytes;
    }

    /** What is wrong with what came; empty if nothing is. */
    public synchronized String complaint() {
        return complaint;
    }

    /** When it returns, nothing is written any more. */
    public synchronized void abandon() {
        into = null;
    }

    @Override
    public InputStream stream(Received value) {
        throw new UnsupportedOperationException("a client writes no responses");
    }

    /** If it is no response, or brings more than the block, then it is one that brings nothing, and a {@link #complaint}. */
    @Override
    public Received parse(InputStream message) {
        try {
            return read(message);
        } catch (IOException e) {
            complain("a response that cannot be read: " + e.getMessage());
            return new Received(0, ByteString.EMPTY, Refusal.REFUSAL_NONE, Optional.empty());
        }
    }

    private synchronized void complain(String what) {
        complaint = what;
    }

    private Received read(InputStream message) throws IOException {
        int bytes = 0;
        ByteString sha256 = ByteString.EMPTY;
        Refusal refusal = Refusal.REFUSAL_NONE;
        boolean known = true;
        Optional<Elsewhere> elsewhere = Optional.empty();
        for (int first = message.read(); first >= 0; first = message.read()) {
            int tag = CodedInputStream.readRawVarint32(first, message);
            int type = WireFormat.getTagWireType(tag);
            int field = WireFormat.getTagFieldNumber(tag);
            if (field == ReadBlockResponse.CONTENT_FIELD_NUMBER && type == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                bytes += content(message, Fields.number(message));
            } else if (field == ReadBlockResponse.SHA256_FIELD_NUMBER && type == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                sha256 = UnsafeByteOperations.unsafeWrap(field(message, Fields.length(message, MAX_FIELD_BYTES)));
            } else if (field == ReadBlockResponse.REFUSAL_FIELD_NUMBER && type == WireFormat.WIRETYPE_VARINT) {
                Refusal told = Refusal.forNumber(Fields.number(message));
                known = told != null;
                refusal = Objects.requireNonNullElse(told, Refusal.REFUSAL_BUSY);
            } else if (field == ReadBlockResponse.ELSEWHERE_FIELD_NUMBER
                    && type == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                elsewhere = Optional.of(Elsewhere.parseFrom(field(message, Fields.length(message, MAX_FIELD_BYTES))));
            } else {
                Fields.skip(message, type, MAX_FIELD_BYTES);
            }
        }
        // A refusal of a later version is not waited for: nobody here knows for what.
        return new Received(bytes, sha256, refusal, known ? elsewhere : Optional.empty());
    }

    private int content(InputStream message, int length) throws IOException {
        int before = arrivedBytes();
        if (length < 0 || length > lengthBytes - before) {
            throw new IOException("%d bytes after %d of a block of %d".formatted(length, before, lengthBytes));
        }
        Fields.pass(message, length, this::append);
        return length;
    }

    /** By piece: whoever abandons the block waits for one at most. */
    private synchronized void append(ByteBuffer piece) {
        MemorySegment place = into;
        if (place != null) {
            MemorySegment.copy(MemorySegment.ofBuffer(piece), 0, place, arrivedBytes, piece.remaining());
            arrivedBytes += piece.remaining();
        }
    }

    private static byte[] field(InputStream message, int length) throws IOException {
        byte[] bytes = message.readNBytes(length);
        if (bytes.length != length) {
            throw new EOFException("%d bytes of %d".formatted(bytes.length, length));
        }
        return bytes;
    }
}
