package io.blobcache.node.fs;

import io.blobcache.node.fuse.Patience;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Where the file system reads blobs. Thread-safe. */
public interface BlobReader {

    /**
     * Asks no network.
     *
     * @return {@code null} if it would have to wait for a disk and must not
     * @throws BlobException.Corrupt if it is known to be wrong
     */
    @Nullable
    OpenBlob open(Blob blob, Patience patience) throws BlobException;

    /** What fetches whole blobs before they are opened. */
    default BlobsAhead ahead() {
        return BlobsAhead.NONE;
    }

    /** One blob, open for reading by any number of threads until it is closed. */
    interface OpenBlob extends AutoCloseable {

        /** Answer of {@link #read} when it would have to wait and must not; the same as the file system's. */
        int WOULD_BLOCK = -1;

        /**
         * @return bytes copied, fewer than {@code length} only at the end of the blob; or {@link #WOULD_BLOCK} if
         *         {@code patience} is {@link Patience#NONE} and it would wait
         */
        int read(long offset, int length, MemorySegment into, long intoOffset, Patience patience) throws BlobException;

        /** Whether a read of it had to wait for the source. */
        default boolean missed() {
            return false;
        }

        /** Descriptor of a complete local copy, for passthrough; or -1. Valid until {@link #close}. */
        int backingFd();

        @Override
        void close();
    }
}
