package io.blobcache.node.tier.disk;

import io.blobcache.node.tier.disk.SidecarFormat.Entry;
import org.jspecify.annotations.Nullable;

/** Changes of sidecar entries of blocks that stay present. */
final class SidecarEntries {
    private final DiskParts parts;

    SidecarEntries(DiskParts parts) {
        this.parts = parts;
    }

    /**
     * Says that a block was compared with its checksum in this session: the next process need not do it again. If the
     * disk does not take it, that process does it again.
     *
     * @param sha256 the digest that was computed on the way; null keeps what is there
     */
    void renew(BlockTable table, int block, byte @Nullable [] sha256) {
        DiskBlob blob = table.blob();
        if (!blob.beginWrite()) {
            return;
        }
        blob.changes.lock();
        try {
            String sidecar = parts.directory().sidecar(blob.id());
            Entry entry = SidecarFile.readEntry(sidecar, table.header(), block);
            if (entry != null && table.holds(block) && blob.table() == table) {
                Entry renewed =
                        new Entry(entry.checksum(), parts.session().value(), sha256 == null ? entry.sha256() : sha256);
                SidecarFile.writeEntry(sidecar, table.header(), block, renewed);
            }
        } finally {
            blob.changes.unlock();
            blob.endWrite();
        }
    }

    /** @return 32 bytes; null while the digest of the block is not known */
    byte @Nullable [] digest(BlockTable table, int block) {
        Entry entry =
                SidecarFile.readEntry(parts.directory().sidecar(table.blob().id()), table.header(), block);
        return entry == null ? null : entry.sha256();
    }
}
