package io.blobcache.node.mesh.wire;

import io.blobcache.node.model.BlobException;
import io.grpc.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From the failures of a blob to the answers of gRPC: the one place. */
public final class Statuses {
    private static final Logger LOG = LoggerFactory.getLogger(Statuses.class);

    private Statuses() {}

    /** Says what kind of failure it is and no more: its message may name the source, its endpoint, or a file of this machine. */
    public static Status of(BlobException failure) {
        LOG.atDebug().setCause(failure).log("a blob was not served");
        return switch (failure) {
            case BlobException.NotFound _ -> Status.NOT_FOUND.withDescription("not there");
            case BlobException.Denied _ -> Status.PERMISSION_DENIED.withDescription("the source denies it");
            case BlobException.Changed _ -> Status.ABORTED.withDescription("the source has another version by now");
            case BlobException.Unavailable _ -> Status.UNAVAILABLE.withDescription("the source cannot be read now");
            case BlobException.NoBuffer _ -> Status.UNAVAILABLE.withDescription("no memory is free");
            case BlobException.TimedOut _ -> Status.DEADLINE_EXCEEDED.withDescription("it took too long");
            case BlobException.Corrupt _ -> Status.DATA_LOSS.withDescription("what there is, is damaged");
            case BlobException.Interrupted _ -> Status.CANCELLED.withDescription("given up");
        };
    }

    /** In words, with the cause. */
    public static String reason(Status status) {
        Throwable cause = status.getCause();
        return status.getCode() + ": " + status.getDescription() + (cause == null ? "" : ": " + cause.getMessage());
    }
}
