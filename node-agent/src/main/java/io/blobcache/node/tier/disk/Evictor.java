package io.blobcache.node.tier.disk;

import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.model.BlobId;
import io.blobcache.node.posix.Errno;
import java.util.concurrent.atomic.LongAdder;

/**
 * Gives space back by unlinking whole blobs, coldest first. Whoever has a file open keeps its bytes. Blobs that are
 * open go last.
 */
final class Evictor {
    /** Candidates asked for at a time: asking costs a pass over the ranking, unlinking one costs more. */
    private static final int BATCH = 256;

    private final StateDirectory directory;
    private final DiskBlobs blobs;
    private final OpenFiles files;
    private final DiskSpace space;
    private final Inventory inventory;
    private final Ranking ranking;
    private final DiskHealth health;
    private final TierCounters counters;
    private final HeldBlobs held;

    /** The last time that space was wanted, what nobody has open was not enough and open blobs went. */
    private volatile boolean openOnesWent;

    Evictor(DiskParts parts, OpenFiles files, HeldBlobs held) {
        this.directory = parts.directory();
        this.blobs = parts.blobs();
        this.files = files;
        this.space = parts.space();
        this.inventory = parts.inventory();
        this.ranking = parts.ranking();
        this.health = parts.health();
        this.counters = parts.counters();
        this.held = held;
    }

    /** Above the high watermark: evicts until the low one. */
    void keepWatermarks() {
        if (space.aboveHighWatermark()) {
            evictUntil(space.lowWatermarkBytes());
        }
    }

    /** The device is full although we thought it was not: gives back a tenth of what we have. */
    void makeRoom() {
        evictUntil(Math.min(space.lowWatermarkBytes(), space.usedBytes() / 10 * 9));
    }

    void evictUntil(long targetBytes) {
        if (inventory.isComplete()) {
            evictUnranked(targetBytes); // Before, those not ranked are those not yet met.
        }
        evictRanked(targetBytes, false);
        openOnesWent = evictRanked(targetBytes, true);
    }

    /** Whether one more block would soon cost a blob that is open. */
    boolean costsOpenBlobs() {
        return openOnesWent && space.aboveHighWatermark();
    }

    /** Whether a reader has it open, by whichever way it is read. */
    boolean isOpen(DiskBlob blob) {
        return blob.openHandles.get() > 0 || held.isHeld(blob.id());
    }

    /** @return whether any was evicted */
    private boolean evictRanked(long targetBytes, boolean evenOpen) {
        int asked = BATCH;
        boolean any = false;
        while (space.usedBytes() > targetBytes) {
            boolean progress = false;
            for (BlobId id : ranking.coldest(asked)) {
                if (space.usedBytes() <= targetBytes) {
                    return any;
                }
                progress |= evictIfAllowed(id, evenOpen);
                any |= progress;
            }
            if (!progress && asked >= ranking.size()) {
                return any;
            }
            // Those that may not go stay the coldest: look past them.
            asked = progress ? asked : asked * 4;
        }
        return any;
    }

    private void evictUnranked(long targetBytes) {
        for (int bucket = 0; bucket < StateDirectory.BUCKETS; bucket++) {
            if (space.usedBytes() <= targetBytes || inventory.blobs() <= ranking.size()) {
                return;
            }
            for (BlobId id : directory.list(bucket)) {
                if (space.usedBytes() > targetBytes && !ranking.holds(id)) {
                    evictIfAllowed(id, false);
                }
            }
        }
    }

    private boolean evictIfAllowed(BlobId id, boolean evenOpen) {
        DiskBlob blob = blobs.find(id);
        if (blob == null || (!evenOpen && isOpen(blob))) {
            return false;
        }
        return evict(blob, counters.evictedForSpaceBytes);
    }

    /** @return whether its files are gone; not while somebody writes to them */
    boolean evict(DiskBlob blob, LongAdder reason) {
        if (!blob.beginEviction()) {
            return false;
        }
        try {
            BlockTable table = blob.table();
            if (table == null) {
                ranking.evicted(blob.id());
                return true;
            }
            inventory.count(table);
            blob.table(null);
            if (!directory.removeFiles(blob.id())) {
                blob.table(table);
                health.failed("unlink", Errno.EROFS.number());
                return false;
            }
            files.forget(table);
            ranking.evicted(blob.id());
            inventory.evicted(table);
            long bytes = table.deviceBytes();
            space.release(bytes);
            reason.add(bytes);
            return true;
        } finally {
            blob.endEviction();
        }
    }
}
