package io.blobcache.node.mesh.content;

import io.blobcache.node.mesh.wire.ContentMethods;
import io.blobcache.node.metrics.StoreCounters;
import io.blobcache.node.model.NanoClock;
import io.blobcache.node.store.ContentStore;
import io.blobcache.proto.StoreContentResponse;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Lets so many uploads in at once that their messages fit into memory. */
final class UploadCalls implements ServerCallHandler<InputStream, StoreContentResponse> {
    /** 8 x {@link ContentMethods#MAX_REQUEST_BYTES} = 128 MiB at the very most; two or three keep a disk busy. */
    static final int MAX_UPLOADS = 8;

    /** One that waits has sent as much as a window holds, 4 MiB. */
    private static final int MAX_WAITING = 8;

    private static final Duration TURN_PATIENCE = Duration.ofSeconds(5);

    private final Semaphore turns = new Semaphore(MAX_UPLOADS, true);
    private final ContentStore store;
    private final StoreCounters counters;
    private final Consumer<String> replicate;
    private final NanoClock clock;

    /** @param replicate told the digest of each content that is durable here and did not come from a peer */
    UploadCalls(ContentStore store, StoreCounters counters, Consumer<String> replicate, NanoClock clock) {
        this.store = store;
        this.counters = counters;
        this.replicate = replicate;
        this.clock = clock;
    }

    @Override
    public ServerCall.Listener<InputStream> startCall(
            ServerCall<InputStream, StoreContentResponse> call, Metadata headers) {
        boolean fromPeer = headers.containsKey(ContentMethods.FROM_PEER);
        if (!enter()) {
            counters.busy.increment();
            call.close(
                    Status.RESOURCE_EXHAUSTED.withDescription(
                            "%d contents are being stored at once: try again".formatted(MAX_UPLOADS)),
                    new Metadata());
            return new ServerCall.Listener<>() {};
        }
        UploadCall upload =
                new UploadCall(call, store, counters, fromPeer ? _ -> {} : replicate, turns::release, clock);
        upload.start();
        return upload;
    }

    private boolean enter() {
        try {
            return turns.getQueueLength() < MAX_WAITING
                    && turns.tryAcquire(TURN_PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
