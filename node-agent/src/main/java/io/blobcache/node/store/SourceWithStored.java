package io.blobcache.node.store;

import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.StoredPath;
import io.blobcache.node.source.ListingPage;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceEntry;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A source with stored content beside it, under {@link StoredPath#BY_DIGEST}, so that it is read, cached and lent as
 * blobs of the source are. What the source itself has under {@link StoredPath#ROOT} is not shown. Reading a content asks
 * nobody else; looking it up asks those whose task it is to keep it.
 */
public final class SourceWithStored implements Source {
    /** A page of about 100 KiB. */
    private static final int PAGE_ENTRIES = 1000;

    private final Source source;
    private final ContentStore store;
    private final Elsewhere elsewhere;
    private final RootListing root;

    public SourceWithStored(Source source, ContentStore store, Elsewhere elsewhere) {
        this.source = source;
        this.store = store;
        this.elsewhere = elsewhere;
        this.root = new RootListing(source);
    }

    @Override
    public String name() {
        return source.name();
    }

    @Override
    public String identity() {
        return source.identity();
    }

    @Override
    public Source at(String path) {
        return StoredPath.within(path) ? this : source.at(path);
    }

    @Override
    public Blob blob(String path, String version, long lengthBytes) {
        String digest = StoredPath.digest(path);
        return digest != null && version.equals(Blob.versionOf(digest))
                ? blob(digest, lengthBytes)
                : source.blob(path, version, lengthBytes);
    }

    @Override
    public void check() throws BlobException {
        source.check();
    }

    @Override
    public ListingPage list(String directory, String afterToken) throws BlobException {
        if (directory.isEmpty()) {
            return root.page(afterToken);
        }
        return switch (directory) {
            case StoredPath.ROOT ->
                new ListingPage(List.of(new SourceEntry.Directory(StoredPath.BY_DIGEST, Instant.EPOCH)), "");
            case StoredPath.BY_DIGEST -> contents(afterToken);
            default -> {
                if (StoredPath.within(directory)) {
                    throw new BlobException.NotFound("no directory " + directory);
                }
                yield source.list(directory, afterToken);
            }
        };
    }

    @Override
    public boolean listsAll(String directory) {
        return !directory.equals(StoredPath.BY_DIGEST) && source.listsAll(directory);
    }

    @Override
    public SourceEntry stat(String path) throws BlobException {
        if (!StoredPath.within(path)) {
            return source.stat(path);
        }
        if (path.equals(StoredPath.ROOT) || path.equals(StoredPath.BY_DIGEST)) {
            return new SourceEntry.Directory(path, Instant.EPOCH);
        }
        String digest = StoredPath.digest(path);
        if (digest == null) {
            throw new BlobException.NotFound("no file " + path);
        }
        OptionalLong here = store.lengthOf(digest);
        OptionalLong lengthBytes = here.isPresent() ? here : elsewhere.lengthOf(digest);
        return file(digest, lengthBytes.orElseThrow(() -> new BlobException.NotFound("no content " + digest)));
    }

    @Override
    public void read(Blob blob, long offset, int length, MemorySegment into, Progress progress) throws BlobException {
        String digest = StoredPath.digest(blob.path());
        if (digest == null) {
            source.read(blob, offset, length, into, progress);
            return;
        }
        try (ContentReader reader = store.read(digest)) {
            if (reader.lengthBytes() != blob.lengthBytes()) {
                throw new BlobException.Changed(
                        "content %s has %d bytes, not %d".formatted(digest, reader.lengthBytes(), blob.lengthBytes()));
            }
            reader.read(offset, into.asSlice(0, length));
        }
        progress.arrived(length);
    }

    @Override
    public void close() {
        source.close();
    }

    /** Content as a blob that all agents call the same, whatever their sources are. */
    public static Blob blob(String digest, long lengthBytes) {
        return Blob.ofSource("", StoredPath.of(digest), Blob.versionOf(digest), lengthBytes);
    }

    private ListingPage contents(String afterDigest) {
        List<Map.Entry<String, Long>> page = store.after(afterDigest, PAGE_ENTRIES);
        return new ListingPage(
                page.stream()
                        .map(content -> file(content.getKey(), content.getValue()))
                        .toList(),
                page.size() < PAGE_ENTRIES ? "" : page.getLast().getKey());
    }

    private static SourceEntry file(String digest, long lengthBytes) {
        return new SourceEntry.File(StoredPath.of(digest), Blob.versionOf(digest), lengthBytes, Instant.EPOCH, false);
    }
}
