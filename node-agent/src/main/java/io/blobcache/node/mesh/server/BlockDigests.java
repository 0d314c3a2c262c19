package io.blobcache.node.mesh.server;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.ByteString;
import io.blobcache.node.model.BlockKey;
import org.jspecify.annotations.Nullable;

/** SHA-256 of blocks that were lent, so that a block which many peers ask for is hashed once. Thread-safe. */
final class BlockDigests {
    /** 64 GiB in blocks of 4 MiB; some 200 bytes each with its key, 3 MiB in all. */
    private static final int MAX_KEPT = 16_384;

    private final Cache<BlockKey, ByteString> digests =
            Caffeine.newBuilder().maximumSize(MAX_KEPT).executor(Runnable::run).build();

    @Nullable
    ByteString of(BlockKey key) {
        return digests.getIfPresent(key);
    }

    void keep(BlockKey key, ByteString sha256) {
        digests.put(key, sha256);
    }
}
