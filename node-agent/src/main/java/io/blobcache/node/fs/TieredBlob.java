package io.blobcache.node.fs;

import io.blobcache.node.fuse.Patience;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.prefetch.Prefetcher;
import io.blobcache.node.prefetch.ReadWindow;
import io.blobcache.node.tier.BlobBlocks;
import io.blobcache.node.tier.LocalCopies.Hold;
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
    private final Hold hold;

    /** A blob of one block has nothing ahead. */
    private final @Nullable ReadWindow window;

    /** @param hold closed with it, as the local copy is */
    TieredBlob(
            BlobBlocks blocks, TieredReader reader, Prefetcher prefetcher, @Nullable LocalCopy localCopy, Hold hold) {
        this.blocks = blocks;
        this.reader = reader;
        this.prefetcher = prefetcher;
        this.localCopy = localCopy;
        this.hold = hold;
        this.window = prefetcher.open(blocks);
    }

    @Override
    public int read(long offset, int length, MemorySegment into, long intoOffset, Patience patience)
            throws BlobException {
        // Told first, so that what is ahead is on its way while this read waits. Telling twice of one read is harmless.
        if (window != null) {
            window.read(offset, length);
        } else {
            prefetcher.noteRead(blocks);
        }
        return switch (patience) {
            case NONE -> reader.read(blocks, offset, length, into, intoOffset, false);
            case WAIT -> reader.read(blocks, offset, length, into, intoOffset, true);
            case AGAIN -> reader.readAgain(blocks, offset, length, into, intoOffset);
        };
    }

    @Override
    public boolean missed() {
        return blocks.missed();
    }

    @Override
    public int backingFd() {
        return localCopy == null ? -1 : localCopy.fd();
    }

    @Override
    public void close() {
        if (window != null) {
            window.close();
        }
        if (localCopy != null) {
            localCopy.close();
        }
        hold.close();
    }
}
