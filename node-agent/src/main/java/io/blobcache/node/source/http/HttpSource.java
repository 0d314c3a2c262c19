package io.blobcache.node.source.http;

import io.blobcache.node.config.SourceConfig;
import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.ListingPage;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceAddress;
import io.blobcache.node.source.SourceEntry;
import io.blobcache.node.source.request.Connections;
import io.blobcache.node.source.request.RangedRead;
import io.blobcache.node.source.request.Retry;
import io.blobcache.node.source.request.Time;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a URL names: a manifest if the path ends in {@code .json} or the server says that it is JSON, else one file.
 * Which of them is found out at the first call and then kept.
 */
public final class HttpSource implements Source {
    private final SourceAddress.Http address;
    private final HttpRequests requests;
    private final HttpFiles files;
    private final RangedRead ranges;
    private final Retry retry;
    private final Time time;
    private volatile @Nullable Source kind;

    /** Asks nothing of the network. */
    public HttpSource(
            SourceAddress.Http address, SourceConfig config, SourceCounters counters, Retry retry, Time time) {
        this.address = address;
        this.retry = retry;
        this.time = time;
        this.requests = new HttpRequests(Connections.open(config), counters);
        this.files = new HttpFiles(requests, retry);
        this.ranges = new RangedRead(config, retry, counters);
    }

    @Override
    public String name() {
        return address.name();
    }

    @Override
    public void check() throws BlobException {
        kind().check();
    }

    @Override
    public ListingPage list(String directory, String afterToken) throws BlobException {
        return kind().list(directory, afterToken);
    }

    @Override
    public SourceEntry stat(String path) throws BlobException {
        return kind().stat(path);
    }

    @Override
    public void read(Blob blob, long offset, int length, MemorySegment into, Progress progress) throws BlobException {
        kind().read(blob, offset, length, into, progress);
    }

    /** Two threads may both find out; they find the same. */
    private Source kind() throws BlobException {
        Source known = kind;
        if (known == null) {
            known = isManifest()
                    ? new ManifestSource(
                            address, new ManifestFetch(address.uri(), requests, retry, time), files, ranges)
                    : new HttpFileSource(address, files, ranges);
            kind = known;
        }
        return known;
    }

    private boolean isManifest() throws BlobException {
        URI uri = address.uri();
        if (uri.getPath().toLowerCase(Locale.ROOT).endsWith(".json")) {
            return true;
        }
        String type = files.probe("stat " + name(), uri).contentType().toLowerCase(Locale.ROOT);
        if (type.startsWith("application/json")) {
            return true;
        }
        if (uri.getPath().endsWith("/")) {
            throw new BlobException.NotFound(
                    name() + " names no file: give the address of one file, or of a manifest (.json)");
        }
        return false;
    }

    @Override
    public void close() {
        requests.close();
    }
}
