package io.blobcache.node.tier;

import io.blobcache.node.model.Blob;
import org.jspecify.annotations.Nullable;

/** Complete, checked files with the bytes of whole blobs, which the kernel may read in our stead. Thread-safe. */
public interface LocalCopies {

    /** None: every blob is read through the tiers. */
    LocalCopies NONE = _ -> null;

    /**
     * Opens the copy of a blob. Never waits: {@code null} if there is none, or none that has been checked yet. Costs a
     * look into the disk tier's books and an open(2).
     */
    @Nullable
    LocalCopy open(Blob blob);

    /** Held open: its bytes stay, whatever is evicted. Closing twice is harmless. */
    interface LocalCopy extends AutoCloseable {

        /** Open for reading until {@link #close}. */
        int fd();

        @Override
        void close();
    }
}
