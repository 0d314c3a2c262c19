package io.blobcache.node.tier.disk;

import io.blobcache.node.model.BlobId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When blobs were last used: kept over a restart as the modification time of the sidecar, and compared with an age. */
final class BlobAges {
    /** The last use is written to disk this late at most: a time to live is hours, and each write costs the disk. */
    private static final Duration SAVE_USE_AFTER = Duration.ofMinutes(5);

    private static final Logger log = LoggerFactory.getLogger(BlobAges.class);

    private final DiskParts parts;
    private final DiskEnvironment environment;
    private final Evictor evictor;

    BlobAges(DiskParts parts, DiskEnvironment environment, Evictor evictor) {
        this.parts = parts;
        this.environment = environment;
        this.evictor = evictor;
    }

    /** Evicts what was not opened for so long; zero means never. */
    void evictAged(Duration ttl) {
        if (ttl.isZero()) {
            return;
        }
        long oldest = environment.clock().millis() - ttl.toMillis();
        for (int bucket = 0; bucket < StateDirectory.BUCKETS; bucket++) {
            for (BlobId id : parts.directory().list(bucket)) {
                DiskBlob blob = parts.blobs().find(id);
                if (blob != null && blob.table() != null && blob.usedMillis() < oldest && !evictor.isOpen(blob)) {
                    evictor.evict(blob, parts.counters().evictedForAgeBytes);
                }
            }
        }
    }

    /** Writes the time of the last use of each blob to its sidecar's modification time, where it survives us. */
    void saveUses() {
        for (DiskBlob blob : parts.blobs().loaded()) {
            long used = blob.usedMillis();
            if (blob.table() != null && used - blob.savedMillis() >= SAVE_USE_AFTER.toMillis()) {
                try {
                    Files.setLastModifiedTime(Path.of(parts.directory().sidecar(blob.id())), FileTime.fromMillis(used));
                    blob.saved(used);
                } catch (IOException e) {
                    log.atDebug().addKeyValue("blob", blob.id()).log("last use not saved");
                }
            }
        }
    }
}
