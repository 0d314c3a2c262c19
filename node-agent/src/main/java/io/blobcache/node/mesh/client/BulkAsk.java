package io.blobcache.node.mesh.client;

import com.google.protobuf.UnsafeByteOperations;
import io.blobcache.node.mesh.wire.BulkFrame;
import io.blobcache.node.mesh.wire.BulkFrame.Kind;
import io.blobcache.node.mesh.wire.Stalls;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.SegmentDigest;
import io.blobcache.proto.v1.Elsewhere;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.blobcache.proto.v1.Refusal;
import io.grpc.Status;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * One request for a block over a bulk connection, as {@link BlockAsk} does over gRPC. The socket's bytes go straight to
 * the block's place and are hashed while they are in the processor's cache.
 */
final class BulkAsk {
    /** Fits a second-level cache, so that hashing reads no memory. */
    private static final int STEP_BYTES = 256 << 10;

    private final SocketChannel channel;
    private final MemorySegment content;
    private final Stalls stalls;
    private final LongSupplier nanoTime;
    private final ByteBuffer small = ByteBuffer.allocate(BulkFrame.HEAD_BYTES);
    private final SegmentDigest digest = new SegmentDigest();
    private long contentDeadline;
    private int arrived;
    private boolean readToItsEnd;

    /** @param content exactly the place of the block */
    BulkAsk(SocketChannel channel, MemorySegment content, Stalls stalls, LongSupplier nanoTime) {
        this.channel = channel;
        this.content = content;
        this.stalls = stalls;
        this.nanoTime = nanoTime;
    }

    /** Whether the connection may serve another request. */
    boolean isReusable() {
        return readToItsEnd;
    }

    /**
     * Asks and waits, on this thread alone: when it returns, nothing is written to the block's place any more.
     *
     * @param progress longest time without a byte
     * @throws BlobException.Interrupted if this thread was interrupted; the connection is closed
     * @throws IOException if the connection broke before the first byte of an answer
     */
    Answer ask(ReadBlockRequest request, Duration progress) throws BlobException, IOException {
        boolean answered = false;
        try (Stalls.Watch watch = stalls.watch(channel, progress)) {
            try {
                send(request);
                BulkFrame frame = BulkFrame.read(channel, small);
                answered = true;
                contentDeadline = nanoTime.getAsLong() + BlockAsk.MAX_COMING_NANOS;
                while (frame.kind() == Kind.COMING || frame.kind() == Kind.CONTENT) {
                    watch.moved();
                    if (frame.length() > content.byteSize() - arrived) {
                        return new Answer.Lied("%d bytes more than the block".formatted(frame.length()));
                    }
                    read(frame.length(), progress, watch);
                    if (contentDeadline - nanoTime.getAsLong() < 0) {
                        return new Answer.Failed("%d bytes of %d in time".formatted(arrived, content.byteSize()));
                    }
                    frame = BulkFrame.read(channel, small);
                }
                return end(frame);
            } catch (ClosedByInterruptException _) {
                throw new BlobException.Interrupted("the request to a peer was given up");
            } catch (IOException e) {
                if (watch.hasStalled() || answered) {
                    return new Answer.Failed("%d bytes of %d: %s".formatted(arrived, content.byteSize(), e));
                }
                throw e;
            }
        }
    }

    private void send(ReadBlockRequest request) throws IOException {
        int length = request.getSerializedSize();
        ByteBuffer frame = ByteBuffer.allocate(BulkFrame.HEAD_BYTES + length);
        frame.put(new BulkFrame(Kind.REQUEST, length).head(small))
                .put(request.toByteArray())
                .flip();
        while (frame.hasRemaining()) {
            channel.write(frame);
        }
    }

    private void read(int length, Duration progress, Stalls.Watch watch) throws IOException {
        if (arrived == 0 && length > 0) {
            contentDeadline = nanoTime.getAsLong() + progress.toNanos() + content.byteSize() * BlockAsk.NANOS_PER_BYTE;
        }
        int end = arrived + length;
        while (arrived < end) {
            int step = Math.min(STEP_BYTES, end - arrived);
            ByteBuffer place = content.asSlice(arrived, step).asByteBuffer();
            while (place.hasRemaining()) {
                if (channel.read(place) < 0) {
                    throw new IOException("the connection was closed");
                }
                watch.moved();
                if (contentDeadline - nanoTime.getAsLong() < 0) {
                    throw new IOException("too slow");
                }
            }
            digest.update(content.asSlice(arrived, step));
            arrived += step;
        }
    }

    private Answer end(BulkFrame frame) throws IOException {
        if (frame.length() > BulkFrame.MAX_END_BYTES) {
            return new Answer.Lied("an end of %d bytes".formatted(frame.length()));
        }
        ByteBuffer rest = BulkFrame.fill(channel, ByteBuffer.allocate(frame.length()));
        readToItsEnd = frame.kind() == Kind.DIGEST || frame.kind() == Kind.REFUSED || frame.kind() == Kind.FAILED;
        return switch (frame.kind()) {
            case DIGEST -> judge(rest);
            case REFUSED -> refused(rest);
            case FAILED -> failed(rest);
            case REQUEST, COMING, CONTENT -> new Answer.Lied("an answer that ends with " + frame.kind());
        };
    }

    private Answer judge(ByteBuffer promised) {
        byte[] bytes = new byte[promised.remaining()];
        promised.get(bytes);
        if (arrived != content.byteSize()) {
            return new Answer.Lied("%d bytes of %d".formatted(arrived, content.byteSize()));
        }
        return Arrays.equals(bytes, digest.digest())
                ? new Answer.Here(UnsafeByteOperations.unsafeWrap(bytes))
                : new Answer.Lied("bytes and digest do not fit");
    }

    private static Answer refused(ByteBuffer rest) throws IOException {
        if (rest.remaining() < Integer.BYTES) {
            return new Answer.Lied("a refusal without a number");
        }
        int number = rest.getInt();
        if (number == Refusal.REFUSAL_NOT_HELD.getNumber()) {
            return new Answer.NotHeld();
        }
        // One of a later version is not waited for: nobody here knows for what.
        boolean waits = number == Refusal.REFUSAL_BUSY.getNumber() && rest.hasRemaining();
        return new Answer.Busy(waits ? Optional.of(Elsewhere.parseFrom(rest)) : Optional.empty());
    }

    private static Answer failed(ByteBuffer rest) {
        if (rest.remaining() < Integer.BYTES) {
            return new Answer.Failed("an error without a code");
        }
        Status.Code code = Status.fromCodeValue(rest.getInt()).getCode();
        return new Answer.Failed(code + ": " + StandardCharsets.UTF_8.decode(rest));
    }
}
