package io.blobcache.node.mesh.client;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobId;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.model.StoredPath;
import org.jspecify.annotations.Nullable;

/**
 * What the SHA-256 of a block has to be, where this agent knows it from another place than the peer that gives the block:
 * for a blob of one block by its version, for stored content of several by {@link ContentProofs}. Thread-safe.
 */
final class PromisedDigests {
    static final int DIGEST_BYTES = 32;

    /** Of all lists together: 4 TiB of content in blocks of 4 MiB. */
    private static final long MAX_BYTES = 32L << 20;

    /** An array and its key. */
    private static final int OVERHEAD_BYTES = 200;

    private final Cache<BlobId, byte[]> lists = Caffeine.newBuilder()
            .maximumWeight(MAX_BYTES)
            .weigher((BlobId _, byte[] digests) -> digests.length + OVERHEAD_BYTES)
            .executor(Runnable::run)
            .build();

    /** Whether the blob is stored content whose blocks cannot be judged before {@link #keep}. */
    boolean lack(Blob blob, int blockBytes) {
        return blob.lengthBytes() > blockBytes
                && StoredPath.digest(blob.path()) != null
                && lists.getIfPresent(blob.id()) == null;
    }

    /** @param digests 32 bytes a block, in order, of a whole that has the digest of its name; not written to any more */
    void keep(Blob blob, byte[] digests) {
        lists.put(blob.id(), digests);
    }

    /** @return {@code null} if nothing is known of the block */
    @Nullable
    ByteString of(Blob blob, BlockKey key) {
        if (key.lengthBytes() == blob.lengthBytes()) {
            byte[] own = blob.sha256();
            return own == null ? null : UnsafeByteOperations.unsafeWrap(own);
        }
        byte[] digests = lists.getIfPresent(blob.id());
        return digests == null
                ? null
                : UnsafeByteOperations.unsafeWrap(digests, key.blockIndex() * DIGEST_BYTES, DIGEST_BYTES);
    }
}
