package io.blobcache.node.mounter;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A mount that could not be made, with the reason for a program and the remedy for a person. */
public final class MountException extends IOException {
    private static final long serialVersionUID = 1;

    /** Each of them gets an exit code of its own. */
    public enum Reason {
        NO_DEVICE,
        NO_PERMISSION,
        DIRECTORY_MISSING,
        NOT_A_DIRECTORY,
        NOT_EMPTY,
        ALREADY_MOUNTED,
        /** What is mounted there would not be seen outside of this container. */
        NOT_SHARED,
        /** Mounted, but no answer came in time: undone again. */
        NO_ANSWER,
        /** Whatever else the kernel said. */
        REFUSED
    }

    private final Reason reason;

    public MountException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public MountException(Reason reason, String message) {
        this(reason, message, null);
    }

    public Reason reason() {
        return reason;
    }
}
