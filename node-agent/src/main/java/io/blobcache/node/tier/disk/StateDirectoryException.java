package io.blobcache.node.tier.disk;

import java.io.IOException;

/** The state directory cannot be used; the message is one line with the remedy. */
public final class StateDirectoryException extends IOException {
    private static final long serialVersionUID = 1;

    /** Which of the two things is wrong with it. */
    public enum Reason {
        /** Another agent has it. */
        IN_USE,
        NOT_WRITABLE
    }

    private final Reason reason;

    StateDirectoryException(Reason reason, String message, IOException cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
