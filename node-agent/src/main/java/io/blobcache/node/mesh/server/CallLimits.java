package io.blobcache.node.mesh.server;

import io.blobcache.node.mesh.call.CallReset;
import io.blobcache.proto.BlobCacheGrpc;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one call may take of this agent. Each has what ends it at the transport, should its client take nothing; and the
 * request of each has to come soon and be short, for the transport keeps what there is of it until it is whole. gRPC has
 * one limit for all methods, and one of them, StoreContent, takes messages of 16 MiB: few at a time, and with its own
 * patience. Thread-safe.
 */
final class CallLimits extends ServerStreamTracer.Factory {
    /** The longest request of ours names a path of 4,096 characters; a thousand calls hold 64 MiB. */
    static final int MAX_REQUEST_BYTES = 64 << 10;

    private static final String STORING = BlobCacheGrpc.getStoreContentMethod().getFullMethodName();

    private final Duration patience;
    private final ScheduledExecutorService clock;

    /** @param patience with a client that takes nothing, or does not send its request */
    CallLimits(Duration patience, ScheduledExecutorService clock) {
        this.patience = patience;
        this.clock = clock;
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
        return fullMethodName.equals(STORING) ? new Resettable() : new Limited();
    }

    private class Resettable extends ServerStreamTracer {
        @Override
        public Context filterContext(Context context) {
            return CallReset.begin(context, patience);
        }
    }

    private final class Limited extends Resettable {
        private final AtomicLong wireBytes = new AtomicLong();
        private final AtomicLong uncompressedBytes = new AtomicLong();
        private volatile CallReset reset = CallReset.of(Context.ROOT);
        private volatile @Nullable Future<?> late;

        @Override
        public Context filterContext(Context context) {
            Context own = super.filterContext(context);
            reset = CallReset.of(own);
            late = clock.schedule(
                    () -> reset.reset("its request does not come"), patience.toNanos(), TimeUnit.NANOSECONDS);
            return own;
        }

        @Override
        public void inboundWireSize(long bytes) {
            if (wireBytes.addAndGet(bytes) > MAX_REQUEST_BYTES) {
                reset.reset("its request is too long");
            }
        }

        /** A short message may be long once it is unpacked, which is done while it is read: what is thrown ends that. */
        @Override
        public void inboundUncompressedSize(long bytes) {
            if (uncompressedBytes.addAndGet(bytes) > MAX_REQUEST_BYTES) {
                throw Status.RESOURCE_EXHAUSTED
                        .withDescription("a request must have at most %d bytes".formatted(MAX_REQUEST_BYTES))
                        .asRuntimeException();
            }
        }

        @Override
        public void inboundMessageRead(int number, long wireSize, long uncompressedSize) {
            wireBytes.set(0);
            uncompressedBytes.set(0);
            cancelLate();
        }

        @Override
        public void streamClosed(Status status) {
            cancelLate();
        }

        private void cancelLate() {
            Future<?> waiting = late;
            if (waiting != null) {
                waiting.cancel(false);
            }
        }
    }
}
