package io.blobcache.node.fs;

import io.blobcache.node.config.PrefetchConfig;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.prefetch.Foreseen;
import io.blobcache.node.prefetch.Prefetcher;
import io.blobcache.node.tier.BlobBlocks;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Blobs that a prefetcher fetches ahead, as it is configured now. */
record PrefetchedBlobs(Prefetcher prefetcher, Supplier<PrefetchConfig> config, BlockSize blockSize)
        implements BlobsAhead {

    @Override
    public int maxFiles() {
        PrefetchConfig now = config.get();
        return now.windowBytes() == 0 ? 0 : now.filesAhead();
    }

    @Override
    public long maxFileBytes() {
        return config.get().wholeFileBytes();
    }

    @Override
    public long maxBytes() {
        return config.get().windowBytes();
    }

    @Override
    public Walk walk(Consumer<Blob> whenRead) {
        Foreseen foreseen = prefetcher.foresee(whenRead);
        return new Walk() {
            @Override
            public void add(Blob blob) {
                foreseen.add(new BlobBlocks(blob, blockSize));
            }

            @Override
            public void cancel() {
                foreseen.cancel();
            }
        };
    }
}
