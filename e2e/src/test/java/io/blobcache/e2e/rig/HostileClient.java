package io.blobcache.e2e.rig;

import io.blobcache.proto.v1.PeerGrpc;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.blobcache.proto.v1.ReadBlockResponse;
import io.blobcache.proto.v1.Refusal;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A client of an agent's peer service on a connection of its own, written by hand and with no good intentions. */
public final class HostileClient {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** HTTP/2's own; with gRPC's 1 MiB a block of a call that nobody reads would still be taken whole. */
    private static final int WINDOW_BYTES = 65_535;

    private final ManagedChannel channel;

    public HostileClient(Scratch scratch, String address) {
        channel = NettyChannelBuilder.forTarget(address)
                .usePlaintext()
                .maxInboundMessageSize(16 << 20)
                .flowControlWindow(WINDOW_BYTES)
                .build();
        scratch.undo("close a client", channel::shutdownNow);
    }

    /** Asks and waits. @return how the call ended; {@code RESOURCE_EXHAUSTED} also if the agent says that it is busy */
    public Status.Code ask(ReadBlockRequest request) {
        CompletableFuture<Status.Code> end = new CompletableFuture<>();
        start(request, new Ends(end::complete), Integer.MAX_VALUE);
        try {
            return end.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("no end of a call within " + LIMIT, e);
        }
    }

    /** So many calls at once. @return how many ended in time, well or not */
    public int flood(ReadBlockRequest request, int calls, Duration limit) {
        CountDownLatch open = new CountDownLatch(calls);
        for (int i = 0; i < calls; i++) {
            start(request, new Ends(_ -> open.countDown()), Integer.MAX_VALUE);
        }
        try {
            open.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        return calls - (int) open.getCount();
    }

    /** So many calls whose responses nobody takes. */
    public void neverRead(ReadBlockRequest request, int calls) {
        for (int i = 0; i < calls; i++) {
            start(request, new Ends(_ -> {}), 0);
        }
    }

    private void start(ReadBlockRequest request, Ends ends, int responses) {
        ClientCall<ReadBlockRequest, ReadBlockResponse> call =
                channel.newCall(PeerGrpc.getReadBlockMethod(), CallOptions.DEFAULT);
        call.start(ends, new Metadata());
        if (responses > 0) {
            call.request(responses);
        }
        call.sendMessage(request);
        call.halfClose();
    }

    /** Tells how a call ended. */
    private static final class Ends extends ClientCall.Listener<ReadBlockResponse> {
        private final Consumer<Status.Code> told;
        private volatile boolean busy;

        Ends(Consumer<Status.Code> told) {
            this.told = told;
        }

        @Override
        public void onMessage(ReadBlockResponse message) {
            if (message.getRefusal() == Refusal.REFUSAL_BUSY) {
                busy = true;
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            told.accept(busy ? Status.Code.RESOURCE_EXHAUSTED : status.getCode());
        }
    }
}
