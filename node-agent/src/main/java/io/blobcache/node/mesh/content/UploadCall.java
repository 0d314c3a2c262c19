package io.blobcache.node.mesh.content;

import io.blobcache.node.mesh.call.CallReset;
import io.blobcache.node.mesh.wire.ContentField;
import io.blobcache.node.metrics.StoreCounters;
import io.blobcache.node.model.NanoClock;
import io.blobcache.node.store.ContentStore;
import io.blobcache.node.store.StoreException;
import io.blobcache.node.store.Upload;
import io.blobcache.proto.StoreContentResponse;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One content on its way to the store. Each message is written to disk before the next is asked for. The transport calls
 * one method after the other; beside it a thread looks whether the client still says something.
 */
final class UploadCall extends ServerCall.Listener<InputStream> {
    private static final Logger LOG = LoggerFactory.getLogger(UploadCall.class);

    /** A message of 16 MiB takes this long at 280 KiB/s. Whoever sends less holds the turn of another. */
    static final Duration SILENCE = Duration.ofMinutes(1);

    /** Whose the upload is. What is over stays so. */
    private enum Turn {
        FREE,
        TAKEN,
        OVER
    }

    private final ServerCall<InputStream, StoreContentResponse> call;
    private final ContentStore store;
    private final StoreCounters counters;
    private final Consumer<String> replicate;
    private final Runnable atEnd;
    private final NanoClock clock;
    private final CallReset reset = CallReset.current();
    private final AtomicReference<Turn> turn = new AtomicReference<>(Turn.FREE);
    private final Thread watcher;
    private volatile long heardNanos;

    /** Taken out by the one that ends it. */
    private final AtomicReference<@Nullable Upload> upload = new AtomicReference<>();

    /**
     * @param replicate told the digest when the content is durable here, before it is acknowledged
     * @param atEnd     done once when the call is over
     * @param clock     for {@link #SILENCE}
     */
    UploadCall(
            ServerCall<InputStream, StoreContentResponse> call,
            ContentStore store,
            StoreCounters counters,
            Consumer<String> replicate,
            Runnable atEnd,
            NanoClock clock) {
        this.call = call;
        this.store = store;
        this.counters = counters;
        this.replicate = replicate;
        this.atEnd = atEnd;
        this.clock = clock;
        this.heardNanos = clock.getAsLong();
        this.watcher = Thread.ofVirtual().name("upload-silence").unstarted(this::watch);
    }

    void start() {
        watcher.start();
        call.request(1);
    }

    @Override
    public void onMessage(InputStream message) {
        if (!turn.compareAndSet(Turn.FREE, Turn.TAKEN)) {
            return;
        }
        try {
            Upload to = begun();
            ContentField.<StoreException>read(message, to::append);
            heardNanos = clock.getAsLong();
            call.request(1);
            turn.set(Turn.FREE);
        } catch (StoreException e) {
            fail(status(e));
        } catch (IOException e) {
            fail(Status.INVALID_ARGUMENT.withDescription("a message is no StoreContentRequest: " + e.getMessage()));
        }
    }

    @Override
    public void onHalfClose() {
        if (!turn.compareAndSet(Turn.FREE, Turn.TAKEN)) {
            return;
        }
        String digest;
        try (Upload to = begun()) {
            digest = to.finish();
        } catch (StoreException e) {
            fail(status(e));
            return;
        }
        replicate.accept(digest);
        heardNanos = clock.getAsLong();
        turn.set(Turn.OVER);
        call.sendHeaders(new Metadata());
        call.sendMessage(
                StoreContentResponse.newBuilder().setOk(true).setHash(digest).build());
        call.close(Status.OK, new Metadata());
    }

    @Override
    public void onCancel() {
        end();
    }

    @Override
    public void onComplete() {
        end();
    }

    private Upload begun() throws StoreException {
        Upload known = upload.get();
        if (known == null) {
            known = store.begin();
            upload.set(known);
        }
        return known;
    }

    private void fail(Status status) {
        counters.failed.increment();
        LOG.atWarn().addKeyValue("reason", status.getDescription()).log("content was not stored");
        discard();
        call.close(status, new Metadata());
    }

    private void discard() {
        turn.set(Turn.OVER);
        Upload begun = upload.getAndSet(null);
        if (begun != null) {
            begun.close();
        }
    }

    private void end() {
        watcher.interrupt();
        discard();
        atEnd.run();
    }

    private void watch() {
        try {
            long left = SILENCE.toNanos();
            while (left > 0) {
                clock.sleep(left);
                left = heardNanos + SILENCE.toNanos() - clock.getAsLong();
                if (left <= 0 && turn.get() == Turn.OVER) {
                    reset.reset("the client does not take its answer");
                    return;
                }
                if (left <= 0 && !turn.compareAndSet(Turn.FREE, Turn.OVER)) {
                    left = SILENCE.toNanos(); // It is the disk that takes its time, or the owner.
                }
            }
            fail(Status.DEADLINE_EXCEEDED.withDescription(
                    "no message came for %d s: send the content anew".formatted(SILENCE.toSeconds())));
        } catch (InterruptedException _) {
            return; // The call is over.
        }
    }

    private static Status status(StoreException failure) {
        Status status = switch (failure.reason()) {
            case FULL -> Status.RESOURCE_EXHAUSTED;
            case BROKEN -> Status.UNAVAILABLE;
        };
        return status.withDescription(failure.getMessage());
    }
}
