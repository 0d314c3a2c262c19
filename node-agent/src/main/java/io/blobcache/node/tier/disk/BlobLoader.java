package io.blobcache.node.tier.disk;

import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.model.BlobId;
import io.blobcache.node.tier.disk.SidecarFile.Content;
import io.blobcache.node.tier.disk.SidecarFormat.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Learns from its files what is on disk of a blob, and removes files that cannot be used: a sidecar that is garbage or
 * another blob's, a sidecar without data, data of another length. Files of a later release are left alone.
 */
final class BlobLoader {
    private final StateDirectory directory;
    private final DiskHealth health;
    private final TierCounters counters;
    private final Session session;

    /** @param session blocks written or checked in it may be used at once, all others are checked first */
    BlobLoader(StateDirectory directory, DiskHealth health, TierCounters counters, Session session) {
        this.directory = directory;
        this.health = health;
        this.counters = counters;
        this.session = session;
    }

    /** @return null if the disk does not answer; a blob without a table if there is nothing usable */
    @Nullable
    DiskBlob load(BlobId id) {
        Content content = SidecarFile.read(directory.sidecar(id));
        DiskBlob blob = new DiskBlob(id);
        if (DiskBlobs.absent(content.errno())) {
            return blob;
        }
        if (content.errno() != 0) {
            health.failed("read sidecar", content.errno());
            return null;
        }
        if (content.kind() == SidecarFormat.Kind.NEWER) {
            blob.markForeign();
            return blob;
        }
        SidecarHeader header = content.header();
        if (header == null || !header.blobId().equals(id)) {
            counters.corruptBlocks.add(content.kind() == SidecarFormat.Kind.UNFINISHED ? 0 : 1);
            directory.removeFiles(id);
            return blob;
        }
        counters.corruptBlocks.add(content.damaged());
        return withData(blob, header, content.entries());
    }

    private @Nullable DiskBlob withData(DiskBlob blob, SidecarHeader header, @Nullable Entry[] entries) {
        Path data = Path.of(directory.data(blob.id()));
        Map<String, Object> attributes;
        try {
            attributes = Files.readAttributes(data, "unix:ino,size", LinkOption.NOFOLLOW_LINKS);
            long modified = Files.getLastModifiedTime(Path.of(directory.sidecar(blob.id())))
                    .toMillis();
            blob.used(modified);
            blob.saved(modified);
        } catch (IOException e) {
            directory.removeFiles(blob.id());
            return blob;
        }
        if ((long) Objects.requireNonNull(attributes.get("size")) != header.blobLengthBytes()) {
            counters.corruptBlocks.increment();
            directory.removeFiles(blob.id());
            return blob;
        }
        boolean ours = (long) Objects.requireNonNull(attributes.get("ino")) == header.dataInode();
        blob.table(table(blob, header, entries, ours));
        return blob;
    }

    private BlockTable table(DiskBlob blob, SidecarHeader header, @Nullable Entry[] entries, boolean ours) {
        BlockTable table = new BlockTable(blob, header);
        for (int block = 0; block < entries.length; block++) {
            Entry entry = entries[block];
            if (entry != null) {
                boolean trusted = ours && entry.session() == session.value();
                table.fill(block, entry.checksum(), trusted ? BlockTable.CHECKED : BlockTable.UNCHECKED);
            }
        }
        return table;
    }
}
