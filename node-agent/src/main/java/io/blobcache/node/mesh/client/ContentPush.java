package io.blobcache.node.mesh.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.blobcache.node.mesh.wire.ContentMethods;
import io.blobcache.proto.StoreContentResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One content on its way to an agent that stores it, as fast as that one takes it. */
final class ContentPush extends ClientCall.Listener<StoreContentResponse> {
    private final ClientCall<MemorySegment, StoreContentResponse> call;
    private final Duration progress;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private @Nullable StoreContentResponse response;

    @GuardedBy("lock")
    private @Nullable Status end;

    /** @param progress longest time in which nothing is taken */
    ContentPush(Channel channel, Metadata headers, Duration progress) {
        this.progress = progress;
        this.call = channel.newCall(ContentMethods.giving(), CallOptions.DEFAULT);
        call.start(this, headers);
        call.request(1);
    }

    /**
     * Sends one piece when the agent has taken most of those before.
     *
     * @throws ContentFailure if it takes no more
     */
    void send(MemorySegment piece) throws ContentFailure, InterruptedException {
        if (!await(call::isReady, progress)) {
            throw failure(progress);
        }
        call.sendMessage(piece);
    }

    /**
     * Ends the content and waits for the answer.
     *
     * @param patience for the other's disk to have all of it
     * @return the digest
     * @throws ContentFailure if it is not stored
     */
    String finish(Duration patience) throws ContentFailure, InterruptedException {
        call.halfClose();
        await(() -> false, patience);
        lock.lock();
        try {
            if (end == null || !end.isOk() || response == null || !response.getOk()) {
                throw failure(patience);
            }
            return response.getHash();
        } finally {
            lock.unlock();
        }
    }

    private ContentFailure failure(Duration waited) {
        lock.lock();
        try {
            return new ContentFailure(
                    end == null ? "no answer within %d ms".formatted(waited.toMillis()) : reason(end));
        } finally {
            lock.unlock();
        }
    }

    /** gRPC says "io exception", and its cause says which. */
    static String reason(Status status) {
        String description = status.getDescription() == null ? status.getCode().name() : status.getDescription();
        Throwable cause = status.getCause();
        return cause == null || cause.getMessage() == null ? description : description + ": " + cause.getMessage();
    }

    /** Ends the call if it has not ended. */
    void giveUp() {
        call.cancel("not wanted any more", null);
    }

    /** @return whether the condition holds; not if the call has ended or the time is over */
    private boolean await(BooleanSupplier condition, Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (end == null && !condition.getAsBoolean()) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return end == null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onReady() {
        signal(null, null);
    }

    @Override
    public void onMessage(StoreContentResponse message) {
        signal(message, null);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        signal(null, status);
    }

    private void signal(@Nullable StoreContentResponse message, @Nullable Status status) {
        lock.lock();
        try {
            response = message == null ? response : message;
            end = status == null ? end : status;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
