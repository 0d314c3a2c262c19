package io.blobcache.node.mesh.wire;

import io.blobcache.node.model.BlobException;
import io.grpc.Status;

/** From the failures of a blob to the answers of gRPC: the one place. */
public final class Statuses {
    private Statuses() {}

    public static Status of(BlobException failure) {
        Status status = switch (failure) {
            case BlobException.NotFound _ -> Status.NOT_FOUND;
            case BlobException.Denied _ -> Status.PERMISSION_DENIED;
            case BlobException.Changed _ -> Status.ABORTED;
            case BlobException.Unavailable _, BlobException.NoBuffer _ -> Status.UNAVAILABLE;
            case BlobException.TimedOut _ -> Status.DEADLINE_EXCEEDED;
            case BlobException.Corrupt _ -> Status.DATA_LOSS;
            case BlobException.Interrupted _ -> Status.CANCELLED;
        };
        return status.withDescription(failure.getMessage()).withCause(failure);
    }

    /** In words, with the cause. */
    public static String reason(Status status) {
        Throwable cause = status.getCause();
        return status.getCode() + ": " + status.getDescription() + (cause == null ? "" : ": " + cause.getMessage());
    }
}
