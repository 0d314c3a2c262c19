package io.blobcache.node.mesh.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.blobcache.node.mesh.wire.BlockPiece;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call: hands the request to the lender and slows its responses down to what the peer takes. */
final class BlockCall extends ServerCall.Listener<ReadBlockRequest> implements Lender.Responses {
    private static final Logger LOG = LoggerFactory.getLogger(BlockCall.class);

    private final ServerCall<ReadBlockRequest, BlockPiece> call;
    private final Lender lender;
    private final int pieceBytes;
    private final Duration sendPatience;
    private final ExecutorService threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable ReadBlockRequest request;
    private @Nullable Future<?> work;

    @GuardedBy("lock")
    private boolean cancelled;

    BlockCall(
            ServerCall<ReadBlockRequest, BlockPiece> call,
            Lender lender,
            int pieceBytes,
            Duration sendPatience,
            ExecutorService threads) {
        this.call = call;
        this.lender = lender;
        this.pieceBytes = pieceBytes;
        this.sendPatience = sendPatience;
        this.threads = threads;
    }

    @Override
    public void onMessage(ReadBlockRequest message) {
        if (request != null) {
            throw Status.INVALID_ARGUMENT.withDescription("one request a call").asRuntimeException();
        }
        request = message;
    }

    @Override
    public void onHalfClose() {
        ReadBlockRequest asked = request;
        if (asked == null) {
            call.close(Status.INVALID_ARGUMENT.withDescription("a request is missing"), new Metadata());
            return;
        }
        try {
            work = threads.submit(() -> serve(asked));
        } catch (RejectedExecutionException e) {
            call.close(
                    Status.UNAVAILABLE.withDescription("the agent is closing").withCause(e), new Metadata());
        }
    }

    @Override
    public void onReady() {
        signal(false);
    }

    @Override
    public void onCancel() {
        signal(true);
        Future<?> running = work;
        if (running != null) {
            running.cancel(true);
        }
    }

    @Override
    public int pieceBytes() {
        return pieceBytes;
    }

    @Override
    public void send(BlockPiece piece) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = sendPatience.toNanos();
            while (!call.isReady() && !cancelled && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (cancelled || left <= 0) {
                throw new InterruptedException("the peer gave up");
            }
        } finally {
            lock.unlock();
        }
        call.sendMessage(piece);
    }

    private void serve(ReadBlockRequest asked) {
        call.sendHeaders(new Metadata());
        Status end;
        try {
            end = lender.lend(asked, this);
        } catch (InterruptedException _) {
            end = Status.CANCELLED; // The peer gave up, or the agent is closing.
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("a peer's request failed");
            end = Status.INTERNAL.withDescription("the request failed here: see this agent's log");
        }
        call.close(end, new Metadata());
    }

    private void signal(boolean gone) {
        lock.lock();
        try {
            cancelled |= gone;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
