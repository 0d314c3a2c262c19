package io.blobcache.node.fuse.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.blobcache.node.fuse.DirectorySink;
import io.blobcache.node.fuse.FileType;
import io.blobcache.node.fuse.FuseEntry;
import io.blobcache.node.fuse.kernel.Wire.Dirent;
import io.blobcache.node.fuse.kernel.Wire.EntryOut;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes directory entries into a reply until the size that the kernel asked for is full. */
final class DirectoryWriter implements DirectorySink {
    private final FuseReply reply;
    private final MemorySegment memory;
    private final Validity entryValidity;
    private final Validity attributeValidity;
    private boolean plus;
    private boolean full;
    private int sizeBytes;
    private int usedBytes;

    DirectoryWriter(FuseReply reply, Validity entryValidity, Validity attributeValidity) {
        this.reply = reply;
        this.memory = reply.memory();
        this.entryValidity = entryValidity;
        this.attributeValidity = attributeValidity;
    }

    void begin(boolean plus, int sizeBytes) {
        this.plus = plus;
        this.sizeBytes = Math.min(sizeBytes, reply.capacityBytes());
        this.usedBytes = 0;
        this.full = false;
    }

    int usedBytes() {
        return usedBytes;
    }

    @Override
    public boolean wantsAttributes() {
        return plus;
    }

    @Override
    public boolean add(String name, long inode, FileType type, long nextCookie) {
        return put(name, inode, null, type, nextCookie);
    }

    @Override
    public boolean addWithAttributes(String name, @Nullable FuseEntry entry, FileType type, long nextCookie) {
        // The number in the listing is for show; 0 would make readdir(3) skip the entry.
        long inode = entry == null ? UNKNOWN_INODE : entry.inode();
        return put(name, inode, plus ? entry : null, type, nextCookie);
    }

    /** FUSE_UNKNOWN_INO of libfuse. */
    private static final long UNKNOWN_INODE = 0xFFFF_FFFFL;

    private boolean put(String name, long inode, @Nullable FuseEntry entry, FileType type, long nextCookie) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        int recordBytes = (plus ? EntryOut.BYTES : 0) + Dirent.bytes(bytes.length);
        if (full || recordBytes > sizeBytes - usedBytes) {
            full = true;
            return false;
        }
        long at = FuseReply.BODY + (long) usedBytes;
        memory.asSlice(at, recordBytes).fill((byte) 0);
        if (plus) {
            if (entry != null) {
                reply.putEntry(at, entry, entryValidity, attributeValidity);
            }
            at += EntryOut.BYTES;
        }
        memory.set(JAVA_LONG, at + Dirent.INO, inode);
        memory.set(JAVA_LONG, at + Dirent.OFF, nextCookie);
        memory.set(JAVA_INT, at + Dirent.NAMELEN, bytes.length);
        memory.set(JAVA_INT, at + Dirent.TYPE, type.directoryEntryType());
        MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, at + Dirent.NAME, bytes.length);
        usedBytes += recordBytes;
        return true;
    }
}
