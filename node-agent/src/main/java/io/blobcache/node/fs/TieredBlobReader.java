package io.blobcache.node.fs;

import io.blobcache.node.config.PrefetchConfig;
import io.blobcache.node.fuse.Patience;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.prefetch.Prefetcher;
import io.blobcache.node.tier.BlobBlocks;
import io.blobcache.node.tier.LocalCopies;
import io.blobcache.node.tier.LocalCopies.Hold;
import io.blobcache.node.tier.LocalCopies.LocalCopy;
import io.blobcache.node.tier.TieredReader;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads blobs through the tiers. */
public final class TieredBlobReader implements BlobReader {
    private final TieredReader reader;
    private final Prefetcher prefetcher;
    private final LocalCopies localCopies;
    private final ReadCounters counters;
    private final BlockSize blockSize;
    private final BlobsAhead ahead;

    /** @param localCopies {@link LocalCopies#NONE} if the transport or the configuration has no passthrough */
    public TieredBlobReader(
            TieredReader reader,
            Prefetcher prefetcher,
            LocalCopies localCopies,
            ReadCounters counters,
            BlockSize blockSize,
            Supplier<PrefetchConfig> config) {
        this.reader = reader;
        this.prefetcher = prefetcher;
        this.localCopies = localCopies;
        this.counters = counters;
        this.blockSize = blockSize;
        this.ahead = new PrefetchedBlobs(prefetcher, config, blockSize);
    }

    @Override
    public BlobsAhead ahead() {
        return ahead;
    }

    @Override
    public @Nullable OpenBlob open(Blob blob, Patience patience) throws BlobException {
        reader.check(blob);
        if (patience == Patience.NONE && localCopies.mustWait(blob)) {
            return null;
        }
        LocalCopy copy = localCopies.open(blob);
        BlobBlocks blocks = new BlobBlocks(blob, blockSize);
        if (copy != null) {
            counters.passthroughOpens.increment();
            prefetcher.noteRead(blocks); // Nobody sees the reads.
        }
        Hold hold = copy == null ? localCopies.hold(blob) : Hold.NONE;
        return new TieredBlob(blocks, reader, prefetcher, copy, hold);
    }
}
