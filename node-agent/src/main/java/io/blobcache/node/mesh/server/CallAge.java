package io.blobcache.node.mesh.server;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends calls of one service that last too long, whatever their client does: one that never reads would keep its turn and
 * what the transport holds for it. The stream is reset, which frees both; closing the call would only queue its end behind
 * what nobody takes. Thread-safe.
 */
final class CallAge extends ServerStreamTracer.Factory {
    private final String service;
    private final Duration max;
    private final ScheduledExecutorService clock;

    CallAge(String service, Duration max, ScheduledExecutorService clock) {
        this.service = service;
        this.max = max;
        this.clock = clock;
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
        return fullMethodName.startsWith(service + "/") ? new Limit() : new ServerStreamTracer() {};
    }

    /** gRPC resets the stream when its context's deadline has passed. */
    private final class Limit extends ServerStreamTracer {
        private volatile Context.CancellableContext limited = Context.ROOT.withCancellation();

        @Override
        public Context filterContext(Context context) {
            Context.CancellableContext next = context.withDeadlineAfter(max.toNanos(), TimeUnit.NANOSECONDS, clock);
            limited = next;
            return next;
        }

        @Override
        public void streamClosed(Status status) {
            limited.cancel(null);
        }
    }
}
