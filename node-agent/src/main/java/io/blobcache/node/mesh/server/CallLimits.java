package io.blobcache.node.mesh.server;

import io.blobcache.node.mesh.call.CallReset;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import java.time.Duration;

/** Gives each call what ends it at the transport, should its client take nothing. Thread-safe. */
final class CallLimits extends ServerStreamTracer.Factory {
    private final Duration patience;

    /** @param patience with a client that takes nothing */
    CallLimits(Duration patience) {
        this.patience = patience;
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
        return new ServerStreamTracer() {
            @Override
            public Context filterContext(Context context) {
                return CallReset.begin(context, patience);
            }
        };
    }
}
