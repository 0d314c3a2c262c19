package io.blobcache.node.mesh.content;

import io.blobcache.node.mesh.wire.ContentField;
import io.blobcache.node.metrics.StoreCounters;
import io.blobcache.node.store.ContentStore;
import io.blobcache.node.store.StoreException;
import io.blobcache.node.store.Upload;
import io.blobcache.proto.StoreContentResponse;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One content on its way to the store. Each message is written to disk before the next is asked for. The transport calls
 * one method after the other.
 */
final class UploadCall extends ServerCall.Listener<InputStream> {
    private static final Logger LOG = LoggerFactory.getLogger(UploadCall.class);

    private final ServerCall<InputStream, StoreContentResponse> call;
    private final ContentStore store;
    private final StoreCounters counters;
    private final Consumer<String> replicate;
    private final Runnable atEnd;
    private @Nullable Upload upload;
    private boolean closed;

    /**
     * @param replicate told the digest when the content is durable here, before it is acknowledged
     * @param atEnd     done once when the call is over
     */
    UploadCall(
            ServerCall<InputStream, StoreContentResponse> call,
            ContentStore store,
            StoreCounters counters,
            Consumer<String> replicate,
            Runnable atEnd) {
        this.call = call;
        this.store = store;
        this.counters = counters;
        this.replicate = replicate;
        this.atEnd = atEnd;
    }

    @Override
    public void onMessage(InputStream message) {
        if (closed) {
            return;
        }
        try {
            Upload to = begun();
            ContentField.<StoreException>read(message, to::append);
            call.request(1);
        } catch (StoreException e) {
            fail(status(e));
        } catch (IOException e) {
            fail(Status.INVALID_ARGUMENT.withDescription("a message is no StoreContentRequest: " + e.getMessage()));
        }
    }

    @Override
    public void onHalfClose() {
        if (closed) {
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
        closed = true;
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
        Upload known = upload;
        if (known == null) {
            known = store.begin();
            upload = known;
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
        closed = true;
        if (upload != null) {
            upload.close();
        }
    }

    private void end() {
        discard();
        atEnd.run();
    }

    private static Status status(StoreException failure) {
        Status status = switch (failure.reason()) {
            case FULL -> Status.RESOURCE_EXHAUSTED;
            case BROKEN -> Status.UNAVAILABLE;
        };
        return status.withDescription(failure.getMessage());
    }
}
