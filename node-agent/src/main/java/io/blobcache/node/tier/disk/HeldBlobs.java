package io.blobcache.node.tier.disk;

import io.blobcache.node.model.BlobId;
import io.blobcache.node.tier.LocalCopies.Hold;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Blobs that somebody has open and reads through the tiers. By id and not in {@link DiskBlob}: a blob is opened before
 * anything of it is on disk, and asking whether something is would wait for the disk. Thread-safe.
 */
final class HeldBlobs {
    private final ConcurrentHashMap<BlobId, Integer> holds = new ConcurrentHashMap<>();

    Hold hold(BlobId id) {
        holds.merge(id, 1, Integer::sum);
        AtomicBoolean released = new AtomicBoolean();
        return () -> {
            if (!released.getAndSet(true)) {
                holds.computeIfPresent(id, (_, held) -> held == 1 ? null : held - 1);
            }
        };
    }

    boolean isHeld(BlobId id) {
        return holds.containsKey(id);
    }
}
