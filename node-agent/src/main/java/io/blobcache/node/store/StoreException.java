package io.blobcache.node.store;

import java.io.IOException;

/** Why content was not stored: nothing of it is left, and the message says what to do. */
public final class StoreException extends IOException {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    public enum Reason {
        /** A limit of ours or of the device is reached. */
        FULL,
        /** The device fails. */
        BROKEN
    }

    StoreException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    private StoreException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** The system keeps no error number in its exceptions, only its text. */
    static StoreException of(IOException failure) {
        if (failure instanceof StoreException known) {
            return known;
        }
        String text = String.valueOf(failure.getMessage());
        return text.contains("No space left on device") || text.contains("Disk quota exceeded")
                ? new StoreException(
                        Reason.FULL,
                        "stored content: the device of the state directory is full: free space on it, or lower disk.quotaBytes",
                        failure)
                : new StoreException(
                        Reason.BROKEN,
                        "stored content: the device of the state directory fails (%s): look into the kernel's log"
                                .formatted(text),
                        failure);
    }
}
