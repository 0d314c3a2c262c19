package io.blobcache.node.source.http;

import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.ListingPage;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceAddress;
import io.blobcache.node.source.SourceEntry;
import io.blobcache.node.source.request.RangedRead;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.time.Instant;
import java.util.List;

/** One file behind a URL: a directory with a single entry, named by the last segment of the path. */
final class HttpFileSource implements Source {
    private final SourceAddress.Http address;
    private final String fileName;
    private final HttpFiles files;
    private final RangedRead ranges;

    HttpFileSource(SourceAddress.Http address, HttpFiles files, RangedRead ranges) {
        this.address = address;
        this.fileName = fileName(address.uri());
        this.files = files;
        this.ranges = ranges;
    }

    private static String fileName(URI uri) {
        String path = uri.getPath();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    @Override
    public String name() {
        return address.name();
    }

    @Override
    public void check() throws BlobException {
        stat(fileName);
    }

    @Override
    public ListingPage list(String directory, String afterToken) throws BlobException {
        if (!directory.isEmpty()) {
            throw notFound(directory);
        }
        return new ListingPage(List.of(stat(fileName)), "");
    }

    @Override
    public SourceEntry stat(String path) throws BlobException {
        if (path.isEmpty()) {
            return new SourceEntry.Directory("", Instant.EPOCH);
        }
        if (!path.equals(fileName)) {
            throw notFound(path);
        }
        HttpFiles.Found found = files.probe("stat " + name(), address.uri());
        return new SourceEntry.File(fileName, found.version(), found.lengthBytes(), found.modified(), false);
    }

    @Override
    public void read(Blob blob, long offset, int length, MemorySegment into, Progress progress) throws BlobException {
        String what = "read " + name();
        ranges.read(
                what,
                blob,
                offset,
                length,
                into,
                progress,
                (from, left) -> files.open(what, address.uri(), blob, from, left));
    }

    private BlobException.NotFound notFound(String path) {
        return new BlobException.NotFound("stat " + path + ": " + name() + " holds " + fileName + " only");
    }

    /** Its client belongs to {@link HttpSource}. */
    @Override
    public void close() {}
}
