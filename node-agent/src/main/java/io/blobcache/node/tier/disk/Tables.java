package io.blobcache.node.tier.disk;

import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlockSize;
import org.jspecify.annotations.Nullable;

/** Finds what is on disk of a blob, and notes that it was used. Thread-safe. */
final class Tables {
    /** A use within so long of the one before is not noted: 5 blocks of a sequential reader. */
    private static final long NOTE_USE_MILLIS = 1_000;

    /** Reads further apart than this are two uses for the ranking, even without an opening in between. */
    private static final long NEW_USE_MILLIS = 60_000;

    private final DiskParts parts;
    private final OpenFiles files;
    private final BlockSize blockSize;

    Tables(DiskParts parts, OpenFiles files, BlockSize blockSize) {
        this.parts = parts;
        this.files = files;
        this.blockSize = blockSize;
    }

    /** Whether {@link #known} is the truth: the sidecar was read, or there is none. Touches no disk. */
    boolean isKnown(Blob blob) {
        return parts.blobs().findLoaded(blob.id()) != null;
    }

    /** Touches no disk and allocates nothing: null if there is nothing of the blob, or it is not known. */
    @Nullable
    BlockTable known(Blob blob) {
        return table(parts.blobs().findLoaded(blob.id()), blob);
    }

    /** Reads the sidecar of a blob that is not known; waits for the disk. @return whether it is known now */
    boolean load(Blob blob) {
        return parts.blobs().find(blob.id()) != null;
    }

    /** As {@link #known}, of what {@link DiskBlobs} has answered. */
    @Nullable
    BlockTable table(@Nullable DiskBlob onDisk, Blob blob) {
        BlockTable table = onDisk == null ? null : onDisk.table();
        return table != null && fits(table, blob) ? table : null;
    }

    void noteUse(BlockTable table) {
        DiskBlob blob = table.blob();
        long now = parts.clock().millis();
        long idle = now - blob.usedMillis();
        if (idle >= NOTE_USE_MILLIS) {
            blob.used(now);
            files.used(table);
            parts.blobs().used(blob);
            if (idle >= NEW_USE_MILLIS) {
                parts.ranking().opened(blob.id(), table.deviceBytes());
            }
        }
    }

    void noteOpening(BlockTable table) {
        DiskBlob blob = table.blob();
        blob.used(parts.clock().millis());
        parts.blobs().used(blob);
        parts.ranking().opened(blob.id(), table.deviceBytes());
    }

    private boolean fits(BlockTable table, Blob blob) {
        return table.header().blockBytes() == blockSize.bytes()
                && table.header().blobLengthBytes() == blob.lengthBytes();
    }
}
