package io.blobcache.node.mesh.call;

import io.grpc.Context;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Ends a call at the transport, which frees what that holds of it. To close a call only queues its end behind what its
 * client does not take. Each call has one in its context. Thread-safe.
 */
public final class CallReset {
    private static final Context.Key<CallReset> KEY = Context.key("blobcache-call-reset");

    /** On a server without any: nothing is ended. */
    private static final CallReset NONE = new CallReset(null, Duration.ofSeconds(10));

    private final Context.@Nullable CancellableContext context;
    private final Duration patience;

    private CallReset(Context.@Nullable CancellableContext context, Duration patience) {
        this.context = context;
        this.patience = patience;
    }

    /**
     * The context of a call that begins.
     *
     * @param patience with a client that takes nothing
     */
    public static Context begin(Context outer, Duration patience) {
        Context.CancellableContext context = outer.withCancellation();
        return context.withValue(KEY, new CallReset(context, patience));
    }

    /** Of the call whose context this is. */
    public static CallReset of(Context call) {
        CallReset present = KEY.get(call);
        return present == null ? NONE : present;
    }

    public static CallReset current() {
        return of(Context.current());
    }

    Duration patience() {
        return patience;
    }

    /** gRPC resets the stream of a context that a time limit has ended, and of no other. */
    public void reset(String reason) {
        if (context != null) {
            context.cancel(new TimeoutException(reason));
        }
    }
}
