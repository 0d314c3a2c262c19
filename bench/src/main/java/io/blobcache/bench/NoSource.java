package io.blobcache.bench;

import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.ListingPage;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceEntry;
import java.lang.foreign.MemorySegment;

/** A source that fails whoever asks it: a hit must not. */
final class NoSource implements Source {

    @Override
    public String name() {
        return "none";
    }

    @Override
    public void check() {}

    @Override
    public ListingPage list(String directory, String afterToken) throws BlobException {
        throw unexpected(directory);
    }

    @Override
    public SourceEntry stat(String path) throws BlobException {
        throw unexpected(path);
    }

    @Override
    public void read(Blob blob, long offset, int length, MemorySegment into, Progress progress) throws BlobException {
        throw unexpected(blob.path());
    }

    @Override
    public void close() {}

    private static BlobException unexpected(String path) {
        return new BlobException.NotFound("a hit asked the source for " + path);
    }
}
