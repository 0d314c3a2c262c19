package io.blobcache.node.tier.disk;

import io.blobcache.node.model.BlobId;
import io.blobcache.node.posix.Posix;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds, in the background, what a former process left on disk: counts it, ranks it by its last use and removes what
 * cannot be used. Reads and fills do not wait for it.
 */
final class StartupWalk implements Runnable {
    private final DiskParts parts;

    private record Found(BlobId id, long usedMillis, long deviceBytes) {}

    StartupWalk(DiskParts parts) {
        this.parts = parts;
    }

    @Override
    public void run() {
        List<Found> found = new ArrayList<>();
        for (int bucket = 0; bucket < StateDirectory.BUCKETS; bucket++) {
            for (BlobId id : parts.directory().list(bucket)) {
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                visit(id, found);
            }
        }
        found.sort(Comparator.comparingLong(Found::usedMillis));
        int unranked = Math.max(0, found.size() - Ranking.MAX_RANKED);
        found.subList(unranked, found.size()).forEach(blob -> parts.ranking().opened(blob.id(), blob.deviceBytes()));
        parts.inventory().complete();
    }

    private void visit(BlobId id, List<Found> found) {
        DiskBlob blob = parts.blobs().find(id);
        if (blob == null) {
            return;
        }
        BlockTable table = blob.table();
        if (table != null) {
            parts.inventory().count(table);
            found.add(new Found(id, blob.usedMillis(), table.deviceBytes()));
            if (!table.complete()) {
                giveBackAbsent(table);
            }
        } else if (!blob.foreign()) {
            removeOrphan(blob);
        }
    }

    /** A block whose writer died before it said present takes space that nobody counts. */
    private void giveBackAbsent(BlockTable table) {
        if (!table.blob().beginEviction()) {
            return; // It is being filled at this moment.
        }
        try {
            String data = parts.directory().data(table.blob().id());
            int fd = Posix.open(data, Posix.O_RDWR | Posix.O_NOFOLLOW, 0);
            if (fd >= 0) {
                AbsentRanges.punch(table, fd);
                Posix.close(fd);
            }
        } finally {
            table.blob().endEviction();
        }
    }

    /** Data without a sidecar: its writer died between the two, or the sidecar was no good. */
    private void removeOrphan(DiskBlob blob) {
        if (!blob.beginEviction()) {
            return; // It is being filled at this moment.
        }
        try {
            Path sidecar = Path.of(parts.directory().sidecar(blob.id()));
            if (blob.table() == null && !Files.exists(sidecar, LinkOption.NOFOLLOW_LINKS)) {
                parts.directory().removeFiles(blob.id());
            }
        } finally {
            blob.endEviction();
        }
    }
}
