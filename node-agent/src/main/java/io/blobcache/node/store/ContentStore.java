package io.blobcache.node.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.blobcache.node.metrics.StoreCounters;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Content by its SHA-256, in one directory. What it says it has is durable; what is read from it is what was stored or an
 * error. Nothing is ever removed for space: what does not fit is refused. Thread-safe.
 */
public final class ContentStore {
    private static final Logger LOG = LoggerFactory.getLogger(ContentStore.class);

    /** Some 200 bytes each. */
    private static final int MAX_CONTENTS = 1_000_000;

    /** Digests of blocks kept in memory: 8 TiB of content. */
    private static final long MAX_LISTS_BYTES = 64L << 20;

    private final StoreDirectory directory;
    private final StoreSpace space;
    private final StoreCounters counters;
    private final ConcurrentSkipListMap<String, Long> contents = new ConcurrentSkipListMap<>();
    private final ConcurrentHashMap<String, CompletableFuture<Boolean>> publishing = new ConcurrentHashMap<>();
    private final Cache<String, CheckedBlocks> lists = Caffeine.newBuilder()
            .maximumWeight(MAX_LISTS_BYTES)
            .weigher((String _, CheckedBlocks blocks) -> blocks.weightBytes())
            .build();

    private final OwedCopies owed;

    private ContentStore(StoreDirectory directory, StoreSpace space, StoreCounters counters) {
        this.directory = directory;
        this.owed = new OwedCopies(directory, contents::containsKey);
        this.space = space;
        this.counters = counters;
    }

    /**
     * @param directory      created if need be; this process alone uses it
     * @param maxBytes       of all content together
     * @param minFreePercent of the device that the disk tier leaves free; half of it is what stored content leaves
     */
    public static ContentStore open(Path directory, long maxBytes, IntSupplier minFreePercent, StoreCounters counters)
            throws IOException {
        StoreDirectory files = StoreDirectory.open(directory);
        ContentStore store = new ContentStore(files, new StoreSpace(directory, maxBytes, minFreePercent), counters);
        files.contents().forEach(store::add);
        return store;
    }

    /** @throws StoreException if nothing can be stored now */
    public Upload begin() throws StoreException {
        if (contents.size() >= MAX_CONTENTS) {
            throw new StoreException(
                    Reason.FULL, "stored content: there are %d contents, which is the limit".formatted(MAX_CONTENTS));
        }
        try {
            return new Upload(this, space, directory.newPart());
        } catch (IOException e) {
            throw StoreException.of(e);
        }
    }

    /** Bytes of a stored content; empty if it is not stored here. Does not touch the disk. */
    public OptionalLong lengthOf(String digest) {
        Long lengthBytes = contents.get(digest);
        return lengthBytes == null ? OptionalLong.empty() : OptionalLong.of(lengthBytes);
    }

    /**
     * Opens a content for reading.
     *
     * @throws BlobException.NotFound if it is not stored here
     * @throws BlobException.Corrupt  if it is damaged as a whole; then it is not stored here any more
     */
    public ContentReader read(String digest) throws BlobException {
        OptionalLong lengthBytes = lengthOf(digest);
        if (lengthBytes.isEmpty()) {
            throw new BlobException.NotFound("no content " + digest);
        }
        return ContentReader.open(directory, digest, lengthBytes.getAsLong(), this);
    }

    /** At most {@code count} digests after one, in order. */
    public List<Map.Entry<String, Long>> after(String digest, int count) {
        return contents.tailMap(digest, false).entrySet().stream().limit(count).toList();
    }

    /** Copies that others should have. */
    public OwedCopies owed() {
        return owed;
    }

    public int count() {
        return contents.size();
    }

    /** Uploads under way included. */
    public long usedBytes() {
        return space.takenBytes();
    }

    public long maxBytes() {
        return space.maxBytes();
    }

    Cache<String, CheckedBlocks> lists() {
        return lists;
    }

    /** Puts a content whose bytes are not those of its name aside, so that it may be stored anew. */
    void damaged(String digest, String what) {
        if (contents.remove(digest) == null) {
            return;
        }
        lists.invalidate(digest);
        counters.damaged.increment();
        try {
            directory.setAside(digest);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("digest", digest).setCause(e).log("damaged content cannot be renamed");
        }
        LOG.atError()
                .addKeyValue("event", "StoredContentDamaged")
                .addKeyValue("digest", digest)
                .addKeyValue("found", what)
                .log("stored content is not what was stored and is not served: check the disk and store it again");
    }

    /**
     * Gives written content its name. Of those who come with the same content at once, one does it and the others wait.
     *
     * @return whether the part is the copy that is kept; if not, another was stored before
     */
    boolean publish(Path part, String digest, BlockList list) throws IOException {
        while (true) {
            CompletableFuture<Boolean> mine = new CompletableFuture<>();
            CompletableFuture<Boolean> other = publishing.putIfAbsent(digest, mine);
            if (other != null) {
                other.join();
                continue;
            }
            try {
                if (contents.containsKey(digest)) {
                    counters.storedAgain.increment();
                    return false;
                }
                directory.publish(part, digest, list);
                contents.put(digest, list.lengthBytes());
                lists.put(digest, new CheckedBlocks(list));
                counters.stored.increment();
                counters.storedBytes.add(list.lengthBytes());
                return true;
            } finally {
                publishing.remove(digest, mine);
                mine.complete(true);
            }
        }
    }

    private void add(String digest, long lengthBytes) {
        contents.put(digest, lengthBytes);
        space.found(lengthBytes);
    }
}
