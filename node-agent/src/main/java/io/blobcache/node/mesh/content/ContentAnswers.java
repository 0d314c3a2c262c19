package io.blobcache.node.mesh.content;

import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.mesh.call.RequestCall;
import io.blobcache.node.mesh.wire.ContentMethods;
import io.blobcache.node.mesh.wire.ContentPiece;
import io.blobcache.node.metrics.StoreCounters;
import io.blobcache.node.model.BlobException;
import io.blobcache.proto.GetContentRequest;
import io.grpc.Status;
import io.grpc.StatusException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Gives content. A response passes through one small buffer on its way to the transport, which holds what the client has
 * not taken yet: that is what the budget counts, until the call is over.
 */
final class ContentAnswers {
    private static final Duration BUFFER_PATIENCE = Duration.ofSeconds(10);

    /** Then a client is told to come again. */
    private static final Duration TURN_PATIENCE = Duration.ofSeconds(2);

    /** The pool's smallest buffer. */
    private static final int BUFFER_BYTES = 1 << 20;

    /** A semaphore's permits are an int. */
    private static final int UNIT_BYTES = 64 << 10;

    /** Two responses of the largest kind: what the transport holds of them has to fit into the process's direct memory. */
    private static final long MAX_SENT_BYTES = 128L << 20;

    private static final int MAX_UNITS = (int) (MAX_SENT_BYTES / UNIT_BYTES);

    private final Contents contents;
    private final BufferPool pool;
    private final int streamPieceBytes;
    private final Semaphore units = new Semaphore(MAX_UNITS, true);
    private final StoreCounters counters;

    ContentAnswers(Contents contents, BufferPool pool, int streamPieceBytes, StoreCounters counters) {
        this.contents = contents;
        this.pool = pool;
        this.streamPieceBytes = Math.min(streamPieceBytes, ContentMethods.MAX_STREAM_PIECE_BYTES);
        this.counters = counters;
    }

    void unary(GetContentRequest request, boolean fromPeer, RequestCall<?, ContentPiece> responses)
            throws BlobException, StatusException, InterruptedException {
        ContentRequests.checkUnary(request);
        answer(request, fromPeer, responses, ContentMethods.MAX_UNARY_BYTES);
    }

    void stream(GetContentRequest request, boolean fromPeer, RequestCall<?, ContentPiece> responses)
            throws BlobException, StatusException, InterruptedException {
        ContentRequests.check(request);
        answer(request, fromPeer, responses, streamPieceBytes);
    }

    private void answer(
            GetContentRequest request, boolean fromPeer, RequestCall<?, ContentPiece> responses, int maxPieceBytes)
            throws BlobException, StatusException, InterruptedException {
        try (OpenContent content = contents.open(request.getHash(), fromPeer)) {
            if (content == null) {
                counters.absent.increment();
                responses.send(ContentPiece.ABSENT);
                return;
            }
            long bytes = Math.min(request.getLength(), Math.max(0, content.lengthBytes() - request.getOffset()));
            enter((int) Math.min(bytes, maxPieceBytes), responses);
            try (BlockLease lease = buffer()) {
                MemorySegment buffer = lease.buffer().asSlice(0, BUFFER_BYTES);
                long done = 0;
                do {
                    int piece = (int) Math.min(maxPieceBytes, bytes - done);
                    responses.send(piece(content, request.getOffset() + done, piece, buffer), piece);
                    counters.servedBytes.add(piece);
                    done += piece;
                } while (done < bytes);
            }
            counters.served.increment();
        }
    }

    /** The first of it is read already: what cannot be read fails before a response has begun. */
    private static ContentPiece piece(OpenContent content, long offset, int lengthBytes, MemorySegment buffer)
            throws BlobException {
        int ready = Math.min(lengthBytes, BUFFER_BYTES);
        content.read(offset, buffer.asSlice(0, ready));
        return new ContentPiece(
                true, lengthBytes, buffer, ready, (within, into) -> content.read(offset + within, into));
    }

    private void enter(int bytes, RequestCall<?, ContentPiece> responses) throws StatusException, InterruptedException {
        int wanted = Math.min(MAX_UNITS, Math.ceilDiv(bytes, UNIT_BYTES));
        if (!units.tryAcquire(wanted, TURN_PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
            counters.busy.increment();
            throw Status.RESOURCE_EXHAUSTED
                    .withDescription(
                            "128 MiB of content are on their way to clients that have not taken them: ask again")
                    .asException();
        }
        responses.atEnd(() -> units.release(wanted));
    }

    private BlockLease buffer() throws StatusException, InterruptedException {
        BlockLease lease = pool.acquire(BUFFER_BYTES, BUFFER_PATIENCE);
        if (lease == null) {
            counters.busy.increment();
            throw Status.RESOURCE_EXHAUSTED
                    .withDescription("no memory is free within memory.budgetBytes: ask again")
                    .asException();
        }
        return lease;
    }
}
