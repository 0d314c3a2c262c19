package io.blobcache.node.tier.disk;

import io.blobcache.node.posix.Posix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes back what is on disk but wrong: one damaged block, or a blob whose files somebody took away. */
final class BlockDrops {
    private static final Logger log = LoggerFactory.getLogger(BlockDrops.class);

    private final DiskParts parts;
    private final Evictor evictor;

    /**
     * Tables whose sidecar still says present for a block that is not: the disk did not let us say so. They are held
     * here so that nobody reads that sidecar again while this process lives.
     */
    private final Set<BlockTable> unsaid = ConcurrentHashMap.newKeySet();

    BlockDrops(DiskParts parts, Evictor evictor) {
        this.parts = parts;
        this.evictor = evictor;
    }

    /** The bytes of a block are not what was written: it is a miss from now on. */
    void corrupt(BlockTable table, int block) {
        if (!drop(table, block)) {
            return;
        }
        parts.counters().corruptBlocks.increment();
        long damaged = parts.counters().corruptBlocks.sum();
        if (Long.bitCount(damaged) == 1) { // The 1st, 2nd, 4th, 8th: a power cut damages thousands.
            log.atWarn()
                    .addKeyValue("blob", table.blob().id())
                    .addKeyValue("block", block)
                    .addKeyValue("damaged", damaged)
                    .log("damaged block dropped");
        }
    }

    /** The device does not give a block's bytes any more. */
    void unreadable(BlockTable table, int block, int errno) {
        parts.health().failed("read block", errno);
        if (Trouble.of(errno) == Trouble.DEVICE) {
            drop(table, block);
        }
    }

    /** The data file could not be opened or ended early: if it is not whole, nothing of it is trusted. */
    void suspect(BlockTable table) {
        Path data = Path.of(parts.directory().data(table.blob().id()));
        try {
            if (Files.readAttributes(data, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                            .size()
                    == table.header().blobLengthBytes()) {
                return;
            }
        } catch (IOException e) {
            if (!DiskBlobs.absent(DiskErrors.errno(e))) {
                return; // Whoever reads next tries again; the health of the device decides how often.
            }
        }
        if (table.blob().table() == table) {
            parts.counters().corruptBlocks.add(table.present());
            evictor.evict(table.blob(), parts.counters().evictedForAgeBytes);
        }
    }

    private boolean drop(BlockTable table, int block) {
        DiskBlob blob = table.blob();
        if (!blob.beginWrite()) {
            return false; // It is being evicted.
        }
        blob.changes.lock();
        try {
            if (blob.table() != table) {
                return false;
            }
            parts.inventory().count(table);
            if (!table.dropping(block)) {
                return false;
            }
            if (SidecarFile.writeEntry(parts.directory().sidecar(blob.id()), table.header(), block, null) != 0) {
                unsaid.add(table);
                return true; // Stays DROPPING: neither read nor filled, and its space still counts.
            }
            giveBack(table, block);
            parts.inventory().dropped();
            table.dropped(block);
            return true;
        } finally {
            blob.changes.unlock();
            blob.endWrite();
        }
    }

    private void giveBack(BlockTable table, int block) {
        // A passthrough reader would be given the hole as zeros. Whoever opens later looks at the table once more after
        // it has counted itself here, and the table says already that the block is not there.
        boolean unread = table.blob().openHandles.get() == 0;
        int fd =
                unread ? Posix.open(parts.directory().data(table.blob().id()), Posix.O_RDWR | Posix.O_NOFOLLOW, 0) : -1;
        if (fd >= 0) {
            AbsentRanges.punch(
                    fd, table.header().blockOffset(block), table.header().blockLengthBytes(block));
            Posix.close(fd);
        }
        parts.space().release(table.header().blockDeviceBytes(block));
    }
}
