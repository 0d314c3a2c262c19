package io.blobcache.node.fs;

import io.blobcache.node.fuse.Patience;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.prefetch.Prefetcher;
import io.blobcache.node.prefetch.ReadWindow;
import io.blobcache.node.tier.BlobBlocks;
import io.blobcache.node.tier.LocalCopies.LocalCopy;
import io.blobcache.node.tier.TieredReader;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** One open file: its blob, where its readers are, and its local copy if it has one. Thread-safe. */
final class TieredBlob implements BlobReader.OpenBlob {
    private final BlobBlocks blocks;
    private final TieredReader reader;
    private final Prefetcher prefetcher;
    private final @Nullable LocalCopy localCopy;

    /** A blob of one block has nothing ahead. */
    private final @Nullable ReadWindow window;

    TieredBlob(
            Blob blob, BlockSize blockSize, TieredReader reader, Prefetcher prefetcher, @Nullable LocalCopy localCopy) {
        this.blocks = new BlobBlocks(blob, blockSize);
        this.reader = reader;
        this.prefetcher = prefetcher;
        this.localCopy = localCopy;
        this.window = blocks.count() > 1 ? new ReadWindow() : null;
    }

    @Override
    public int read(long offset, int length, MemorySegment into, long intoOffset, Patience patience)
            throws BlobException {
        // Told first, so that what is ahead is on its way while this read waits. Telling twice of one read is harmless.
        if (window != null) {
            prefetcher.read(window, blocks, offset, length);
        }
        return switch (patience) {
            case NONE -> reader.read(blocks, offset, length, into, intoOffset, false);
            case WAIT -> reader.read(blocks, offset, length, into, intoOffset, true);
            case AGAIN -> reader.readAgain(blocks, offset, length, into, intoOffset);
        };
    }

    @Override
    public int backingFd() {
        return localCopy == null ? -1 : localCopy.fd();
    }

    @Override
    public void close() {
        if (localCopy != null) {
            localCopy.close();
        }
    }
}
