package io.blobcache.node.tier.disk;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.blobcache.node.model.BlobId;
import io.blobcache.node.posix.Errno;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * The one {@link DiskBlob} of each id. What is known of a blob is read from its sidecar at first use and forgotten when
 * it was not used for long, so memory is bounded while the disk holds any number of blobs; but never while anybody still
 * holds the instance, since two of them for one id would not exclude each other.
 */
final class DiskBlobs {
    /** About 60,000 small blobs, or 3,000,000 blocks. */
    private static final long RECENT_BYTES = 16L << 20;

    /** DiskBlob, BlockTable, header, lock and both map entries, as counted by a heap dump; and 5 bytes a block. */
    private static final int BLOB_BYTES = 280;

    private final Cache<BlobId, DiskBlob> unique =
            Caffeine.newBuilder().weakValues().executor(Runnable::run).build();
    private final Cache<BlobId, DiskBlob> recent = Caffeine.newBuilder()
            .maximumWeight(RECENT_BYTES)
            .weigher(DiskBlobs::weight)
            .executor(Runnable::run)
            .build();
    private final BlobLoader loader;

    /** Reads of sidecars that are under way. Not made under a lock of the cache, which a read that hangs would keep. */
    private final ConcurrentHashMap<BlobId, FutureTask<@Nullable DiskBlob>> loading = new ConcurrentHashMap<>();

    DiskBlobs(BlobLoader loader) {
        this.loader = loader;
    }

    /**
     * Allocates nothing and reads nothing if the blob is known already; else it waits for the disk.
     *
     * @return null if its sidecar could not be read, or this thread is interrupted
     */
    @Nullable
    DiskBlob find(BlobId id) {
        DiskBlob known = unique.getIfPresent(id);
        return known != null ? known : load(id);
    }

    /** As {@link #find}, without touching the disk: null if the sidecar was not read yet. */
    @Nullable
    DiskBlob findLoaded(BlobId id) {
        return unique.getIfPresent(id);
    }

    /** Keeps a blob that is in use from being forgotten. */
    void used(DiskBlob blob) {
        if (recent.getIfPresent(blob.id()) == null) {
            recent.put(blob.id(), blob);
        }
    }

    Collection<DiskBlob> loaded() {
        return unique.asMap().values();
    }

    private @Nullable DiskBlob load(BlobId id) {
        FutureTask<@Nullable DiskBlob> mine = new FutureTask<>(() -> loadUnlessKnown(id));
        FutureTask<@Nullable DiskBlob> first = loading.putIfAbsent(id, mine);
        if (first == null) {
            try {
                mine.run();
            } finally {
                loading.remove(id, mine);
            }
        }
        try {
            return (first == null ? mine : first).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the sidecar of blob %s was not read".formatted(id), e.getCause());
        }
    }

    /** Between a look that did not find it and here, another thread may have loaded it. */
    private @Nullable DiskBlob loadUnlessKnown(BlobId id) {
        DiskBlob known = unique.getIfPresent(id);
        DiskBlob loaded = known != null ? known : loader.load(id);
        if (loaded != null) {
            unique.put(id, loaded);
            used(loaded);
        }
        return loaded;
    }

    private static int weight(BlobId id, DiskBlob blob) {
        BlockTable table = blob.table();
        return BLOB_BYTES + (table == null ? 0 : 5 * table.blocks());
    }

    /** Whether an error number means only that a file is not there. */
    static boolean absent(int errno) {
        return errno == Errno.ENOENT.number() || errno == Errno.ENOTDIR.number();
    }
}
