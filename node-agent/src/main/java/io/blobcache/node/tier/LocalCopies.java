package io.blobcache.node.tier;

import io.blobcache.node.model.Blob;
import org.jspecify.annotations.Nullable;

/** Complete, checked files with the bytes of whole blobs, which the kernel may read in our stead. Thread-safe. */
public interface LocalCopies {

    /** None: every blob is read through the tiers. */
    LocalCopies NONE = _ -> null;

    /** Whether {@link #open} would have to ask the disk: what is on it of the blob is not known, or not open. */
    default boolean mustWait(Blob blob) {
        return false;
    }

    /**
     * Opens the copy of a blob: {@code null} if there is none, none that has been checked yet, or the disk does not say
     * within a fraction of a second.
     */
    @Nullable
    LocalCopy open(Blob blob);

    /** A blob is opened without asking for its copy: that counts as a use of the copy, too. Touches no disk. */
    default void opened(Blob blob) {}

    /**
     * A blob that is read through the tiers counts as open until this is closed: what is cached of it, now or later, is
     * evicted after all that nobody has open. Touches no disk.
     */
    default Hold hold(Blob blob) {
        return Hold.NONE;
    }

    /** A blob is open. Closing twice is harmless. */
    interface Hold extends AutoCloseable {
        Hold NONE = () -> {};

        @Override
        void close();
    }

    /** Held open: its bytes stay, whatever is evicted. Closing twice is harmless. */
    interface LocalCopy extends AutoCloseable {

        /** Open for reading until {@link #close}. */
        int fd();

        @Override
        void close();
    }
}
