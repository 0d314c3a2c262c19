package io.blobcache.node.tier.disk;

import io.blobcache.node.tier.LocalCopies.LocalCopy;
import java.util.function.Consumer;

/**
 * The data file of a blob of which every block is present and checked, for the kernel to read in our stead. While it is
 * held its bytes stay, whatever is evicted. Closing twice is harmless.
 */
final class CompleteFile implements LocalCopy {
    private final DiskBlob blob;
    private final DataFile file;
    private final Consumer<DataFile> lastClosed;
    private boolean closed;

    /**
     * Takes over a claim on {@code file}.
     *
     * @param lastClosed told when no other holds the blob, while the file is still open
     */
    CompleteFile(DiskBlob blob, DataFile file, Consumer<DataFile> lastClosed) {
        this.lastClosed = lastClosed;
        this.blob = blob;
        this.file = file;
        blob.openHandles.incrementAndGet();
    }

    /** Open for reading; the caller does not close it. */
    @Override
    public int fd() {
        return file.fd();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            if (blob.openHandles.decrementAndGet() == 0) {
                lastClosed.accept(file);
            }
            file.release();
        }
    }
}
