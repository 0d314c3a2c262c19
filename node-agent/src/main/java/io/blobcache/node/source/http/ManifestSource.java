package io.blobcache.node.source.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.ListingPage;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceAddress;
import io.blobcache.node.source.SourceEntry;
import io.blobcache.node.source.request.AttemptFailure;
import io.blobcache.node.source.request.RangeResponse;
import io.blobcache.node.source.request.RangedRead;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;

/**
 * The files that a manifest lists, each at its path relative to the manifest's URL. A file's version is its digest in
 * the manifest.
 *
 * <p>A range cannot be checked against the digest of the whole. Checked are: the length of the whole in each response,
 * and that the server's own version of a file stays the one that this process saw first. The digest of the whole is
 * checked by whoever has the whole: the fetch of a blob of one block, the disk tier for longer ones.
 */
final class ManifestSource implements Source {
    /** Of files read lately: a forgotten one is only seen anew. */
    private static final int MAX_REMEMBERED = 100_000;

    private final SourceAddress.Http address;
    private final ManifestFetch manifest;
    private final HttpFiles files;
    private final RangedRead ranges;
    private final Cache<Blob, String> serverVersions =
            Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).build();

    ManifestSource(SourceAddress.Http address, ManifestFetch manifest, HttpFiles files, RangedRead ranges) {
        this.address = address;
        this.manifest = manifest;
        this.files = files;
        this.ranges = ranges;
    }

    @Override
    public String name() {
        return address.name();
    }

    @Override
    public void check() throws BlobException {
        manifest.tree("check " + name());
    }

    @Override
    public ListingPage list(String directory, String afterToken) throws BlobException {
        ManifestTree tree = manifest.tree("list " + name());
        if (!(tree.stat(directory) instanceof SourceEntry.Directory)) {
            throw new BlobException.NotFound("list " + name() + ": no directory " + directory);
        }
        return tree.list(directory, afterToken);
    }

    @Override
    public SourceEntry stat(String path) throws BlobException {
        SourceEntry entry = manifest.tree("stat " + name()).stat(path);
        if (entry == null) {
            throw new BlobException.NotFound("stat " + name() + ": no " + path);
        }
        return entry;
    }

    @Override
    public void read(Blob blob, long offset, int length, MemorySegment into, Progress progress) throws BlobException {
        String what = "read " + blob.path() + " of " + name();
        URI uri = uriOf(what, blob.path());
        if (offset == 0 && length == blob.lengthBytes()) {
            // The whole mixes with nothing, and whoever has it compares it: a corrected file gets its chance.
            serverVersions.invalidate(blob);
        }
        if (serverVersions.getIfPresent(blob) == null) {
            checkListed(what, blob);
        }
        ranges.read(what, blob, offset, length, into, progress, (from, left) -> open(what, uri, blob, from, left));
    }

    private RangeResponse open(String what, URI uri, Blob blob, long offset, int length) throws AttemptFailure {
        String seen = serverVersions.getIfPresent(blob);
        boolean conditional = seen != null && HttpVersions.isETag(seen);
        HttpRequests.Answer answer =
                files.range(what, uri, offset, length, conditional ? Map.of("If-Match", seen) : Map.of());
        String version = HttpVersions.of(answer.head(), blob.lengthBytes());
        String first = serverVersions.get(blob, _ -> version);
        if (!version.equals(first)) {
            answer.body().abort();
            throw AttemptFailure.last(
                    new BlobException.Changed(what + ": the file has changed and the manifest has not"));
        }
        return HttpFiles.response(answer);
    }

    /** Once for each blob: a manifest that has a new version of the path means that the server has it too. */
    private void checkListed(String what, Blob blob) throws BlobException {
        ManifestFile file = manifest.tree(what).file(blob.path());
        if (file == null || !file.version().equals(blob.version())) {
            throw new BlobException.Changed(what + ": the manifest has another version");
        }
    }

    private URI uriOf(String what, String path) throws BlobException {
        try {
            // The constructor with parts encodes what a path may not hold; the leading slash keeps a colon harmless.
            String encoded =
                    new URI(null, null, "/" + path, null).toASCIIString().substring(1);
            return address.uri().resolve("./" + encoded);
        } catch (URISyntaxException e) {
            throw new BlobException.NotFound(what + ": no such path");
        }
    }

    /** Its client belongs to {@link HttpSource}. */
    @Override
    public void close() {}
}
