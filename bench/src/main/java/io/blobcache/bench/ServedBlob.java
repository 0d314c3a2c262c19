package io.blobcache.bench;

import io.blobcache.node.config.SourceConfig;
import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceAddress;
import io.blobcache.node.source.SourceEntry;
import io.blobcache.node.source.Sources;
import io.blobcache.node.tier.BlobBlocks;
import java.io.IOException;
import java.nio.file.Path;

/** One file of a directory as both ends of the mesh see it. */
record ServedBlob(SourceAddress address, Source source, Blob blob, BlobBlocks blocks) {
    static ServedBlob of(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException(file + " lies in no directory");
        }
        SourceAddress address = new SourceAddress.Directory(directory);
        Source source = Sources.open(address, () -> SourceConfig.DEFAULT, new SourceCounters());
        String path = file.getFileName().toString();
        if (!(source.stat(path) instanceof SourceEntry.File entry)) {
            throw new IOException(file + " is no file");
        }
        Blob blob = source.blob(path, entry.version(), entry.lengthBytes());
        return new ServedBlob(address, source, blob, new BlobBlocks(blob, BlockSize.DEFAULT));
    }
}
