package io.blobcache.node.mesh.call;

import io.blobcache.node.mesh.wire.ContentMethods;
import io.blobcache.node.mesh.wire.Statuses;
import io.blobcache.node.model.BlobException;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call with one request: answered by a thread of its own, no faster than the client takes the responses. */
public final class RequestCall<Q, R> extends ServerCall.Listener<Q> {
    private static final Logger LOG = LoggerFactory.getLogger(RequestCall.class);

    /** 1 MiB/s: what the transport holds of a response is taken at this pace, or it is somebody else's turn. */
    private static final long NANOS_PER_BYTE = 1_000_000_000L / (1 << 20);

    private final ServerCall<Q, R> call;
    private final Answerer<Q, R> answerer;
    private final boolean fromPeer;
    private final ExecutorService threads;
    private final CallReset reset = CallReset.current();
    private final Taking taking = new Taking();
    private @Nullable Q request;
    private @Nullable Future<?> work;

    /** Of the last response; of the thread that serves. */
    private int lastBytes;

    private RequestCall(ServerCall<Q, R> call, Answerer<Q, R> answerer, boolean fromPeer, ExecutorService threads) {
        this.call = call;
        this.answerer = answerer;
        this.fromPeer = fromPeer;
        this.threads = threads;
    }

    /**
     * Makes a method of it.
     *
     * @param threads that may wait
     */
    public static <Q, R> ServerMethodDefinition<Q, R> method(
            MethodDescriptor<Q, R> descriptor, ExecutorService threads, Answerer<Q, R> answerer) {
        ServerCallHandler<Q, R> handler = new ServerCallHandler<>() {
            @Override
            public ServerCall.Listener<Q> startCall(ServerCall<Q, R> call, Metadata headers) {
                // Two: a second request in one call is an error that is only seen by asking for it.
                call.request(2);
                return new RequestCall<>(call, answerer, headers.containsKey(ContentMethods.FROM_PEER), threads);
            }
        };
        return ServerMethodDefinition.create(descriptor, handler);
    }

    /**
     * Sends a response; waits first until the client has taken most of what was sent before.
     *
     * @throws InterruptedException if the client has given up, or takes nothing
     */
    public void send(R response) throws InterruptedException {
        send(response, 0);
    }

    /**
     * As {@link #send(Object)}.
     *
     * @param bytes of the response, if they take a client some time
     */
    public void send(R response, int bytes) throws InterruptedException {
        if (!taking.awaitRoom(call::isReady, patienceNanos())) {
            reset.reset("the client takes nothing");
            throw new InterruptedException("the client takes nothing");
        }
        lastBytes = bytes;
        call.sendMessage(response);
    }

    /** A client that takes nothing for so long is taken for gone: it holds memory, and somebody else's turn. */
    private long patienceNanos() {
        return reset.patience().toNanos() + lastBytes * NANOS_PER_BYTE;
    }

    /** Does this when nothing of the responses is held here any more: they are sent, or the client is gone. */
    public void atEnd(Runnable action) {
        taking.atEnd(action);
    }

    @Override
    public void onMessage(Q message) {
        if (request != null) {
            throw Status.INVALID_ARGUMENT.withDescription("one request a call").asRuntimeException();
        }
        request = message;
    }

    @Override
    public void onHalfClose() {
        Q asked = request;
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
        taking.signal(false);
    }

    @Override
    public void onCancel() {
        taking.signal(true);
        Future<?> running = work;
        if (running != null) {
            running.cancel(true);
        }
        taking.end();
    }

    @Override
    public void onComplete() {
        taking.end();
    }

    private void serve(Q asked) {
        call.sendHeaders(new Metadata());
        Status status;
        try {
            answerer.answer(asked, fromPeer, this);
            status = Status.OK;
        } catch (InterruptedException _) {
            status = Status.CANCELLED; // The client gave up, or the agent is closing.
        } catch (BlobException e) {
            status = Statuses.of(e);
        } catch (StatusException e) {
            status = e.getStatus();
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("a client's request failed");
            status = Status.INTERNAL.withDescription("the request failed here: see this agent's log");
        }
        call.close(status, new Metadata());
        awaitEnd();
    }

    /** The end of the call is queued behind what the client has not taken yet. */
    private void awaitEnd() {
        try {
            if (!taking.awaitEnd(patienceNanos())) {
                reset.reset("the client does not take the end");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // The client gave up, or the agent is closing.
        }
    }
}
