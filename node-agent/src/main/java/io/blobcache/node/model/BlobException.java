package io.blobcache.node.model;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Why a blob cannot be read: a closed set, classified once where the world is touched and translated to errno once, in
 * {@code fs.Errors}. The message names what was asked of whom; it never holds a credential.
 */
public abstract sealed class BlobException extends IOException {
    private static final long serialVersionUID = 1;

    private BlobException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The source says that there is no such path. Never used for a source that could not be reached. */
    public static final class NotFound extends BlobException {
        private static final long serialVersionUID = 1;

        public NotFound(String message) {
            super(message, null);
        }
    }

    /** The source refuses: wrong credentials or no permission. */
    public static final class Denied extends BlobException {
        private static final long serialVersionUID = 1;

        public Denied(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The source no longer has this version: what was opened cannot be read to its end. */
    public static final class Changed extends BlobException {
        private static final long serialVersionUID = 1;

        public Changed(String message) {
            super(message, null);
        }
    }

    /** The source could not be reached, or answered with an error after the last attempt. */
    public static final class Unavailable extends BlobException {
        private static final long serialVersionUID = 1;

        public Unavailable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** This agent has no buffer to put it into: nobody was asked, and the next reader may have one. */
    public static final class NoBuffer extends BlobException {
        private static final long serialVersionUID = 1;

        public NoBuffer(String message) {
            super(message, null);
        }
    }

    /** No answer within the deadline. */
    public static final class TimedOut extends BlobException {
        private static final long serialVersionUID = 1;

        public TimedOut(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** Bytes arrived that are not what the version promises: wrong length, range, encoding or digest. */
    public static final class Corrupt extends BlobException {
        private static final long serialVersionUID = 1;

        public Corrupt(String message) {
            super(message, null);
        }
    }

    /** The reader gave up: its request was interrupted. */
    public static final class Interrupted extends BlobException {
        private static final long serialVersionUID = 1;

        public Interrupted(String message) {
            super(message, null);
        }
    }
}
