package io.blobcache.node.fuse.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.blobcache.node.fuse.FuseAttributes;
import io.blobcache.node.fuse.FuseEntry;
import io.blobcache.node.fuse.FuseException;
import io.blobcache.node.fuse.FuseStatistics;
import io.blobcache.node.fuse.kernel.Wire.Attr;
import io.blobcache.node.fuse.kernel.Wire.AttrOut;
import io.blobcache.node.fuse.kernel.Wire.EntryOut;
import io.blobcache.node.fuse.kernel.Wire.OpenOut;
import io.blobcache.node.fuse.kernel.Wire.OutHeader;
import io.blobcache.node.fuse.kernel.Wire.StatfsOut;
import io.blobcache.node.posix.Errno;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * The answer as it is built in a frame, behind the request. The body begins on a page, so bytes read from a file are
 * copied page by page; the header lies before it. Belongs to one thread at a time.
 */
final class FuseReply {
    /** One page is left for the request and, at its end, for the header of the reply. */
    static final int BODY = 4096;

    static final int HEADER = BODY - OutHeader.BYTES;

    /** st_blksize: the unit of the page cache. A larger one would change how the kernel splits its folios. */
    private static final int BLOCK_BYTES = 4096;

    private final MemorySegment memory;
    private final int capacityBytes;
    private int error;
    private int bodyBytes;

    FuseReply(MemorySegment memory) {
        this.memory = memory;
        this.capacityBytes = (int) (memory.byteSize() - BODY);
    }

    MemorySegment memory() {
        return memory;
    }

    /** Longest body. */
    int capacityBytes() {
        return capacityBytes;
    }

    /** Whole reply, header included. */
    int bytes() {
        return OutHeader.BYTES + bodyBytes;
    }

    boolean failed() {
        return error != 0;
    }

    /** Writes the header: the reply is then {@link #bytes} long, from {@link #HEADER} on. */
    void finish(long unique) {
        memory.set(JAVA_INT, HEADER + OutHeader.LEN, bytes());
        memory.set(JAVA_INT, HEADER + OutHeader.ERROR, error);
        memory.set(JAVA_LONG, HEADER + OutHeader.UNIQUE, unique);
    }

    void error(Errno errno) {
        error = -errno.number();
        bodyBytes = 0;
    }

    /** The body has {@code bytes} bytes that somebody else has put there. */
    void body(int bytes) {
        error = 0;
        bodyBytes = bytes;
    }

    void entry(FuseEntry entry, Validity entryValidity, Validity attributeValidity) {
        clear(EntryOut.BYTES);
        putEntry(BODY, entry, entryValidity, attributeValidity);
    }

    /** "No such name", which the kernel may believe for a while: an entry of inode 0. */
    void missingEntry(Validity validity, long believedMillis) {
        clear(EntryOut.BYTES);
        putEntryValidity(BODY, validity, believedMillis);
    }

    void attributes(FuseAttributes attributes, Validity validity) {
        clear(AttrOut.BYTES);
        memory.set(JAVA_LONG, BODY + AttrOut.ATTR_VALID, validity.seconds());
        memory.set(JAVA_INT, BODY + AttrOut.ATTR_VALID_NSEC, validity.nanos());
        putAttributes(BODY + AttrOut.ATTR, attributes);
    }

    void open(long handle, int openFlags, int backingId) {
        clear(OpenOut.BYTES);
        memory.set(JAVA_LONG, BODY + OpenOut.FH, handle);
        memory.set(JAVA_INT, BODY + OpenOut.OPEN_FLAGS, openFlags);
        memory.set(JAVA_INT, BODY + OpenOut.BACKING_ID, backingId);
    }

    /** @throws FuseException ENAMETOOLONG if it does not fit */
    void link(String target) throws FuseException {
        byte[] bytes = target.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > capacityBytes) {
            throw new FuseException(Errno.ENAMETOOLONG);
        }
        MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, BODY, bytes.length);
        body(bytes.length);
    }

    void statistics(FuseStatistics statistics) {
        clear(StatfsOut.BYTES);
        memory.set(JAVA_LONG, BODY + StatfsOut.BLOCKS, statistics.blocks());
        memory.set(JAVA_LONG, BODY + StatfsOut.FILES, statistics.files());
        memory.set(JAVA_INT, BODY + StatfsOut.BSIZE, statistics.blockBytes());
        memory.set(JAVA_INT, BODY + StatfsOut.FRSIZE, statistics.blockBytes());
        memory.set(JAVA_INT, BODY + StatfsOut.NAMELEN, statistics.maxNameBytes());
    }

    /** Makes a body of zeros. */
    void clear(int bytes) {
        memory.asSlice(BODY, bytes).fill((byte) 0);
        body(bytes);
    }

    /** Puts a {@code fuse_entry_out} at an offset of the frame; the fields not named must be 0 already. */
    void putEntry(long at, FuseEntry entry, Validity entryValidity, Validity attributeValidity) {
        memory.set(JAVA_LONG, at + EntryOut.NODEID, entry.inode());
        putEntryValidity(at, entryValidity, entry.believedMillis());
        memory.set(JAVA_LONG, at + EntryOut.ATTR_VALID, attributeValidity.seconds());
        memory.set(JAVA_INT, at + EntryOut.ATTR_VALID_NSEC, attributeValidity.nanos());
        putAttributes(at + EntryOut.ATTR, entry.attributes());
    }

    private void putEntryValidity(long at, Validity validity, long believedMillis) {
        memory.set(JAVA_LONG, at + EntryOut.ENTRY_VALID, validity.secondsWithin(believedMillis));
        memory.set(JAVA_INT, at + EntryOut.ENTRY_VALID_NSEC, validity.nanosWithin(believedMillis));
    }

    private void putAttributes(long at, FuseAttributes attributes) {
        memory.set(JAVA_LONG, at + Attr.INO, attributes.inode());
        memory.set(JAVA_LONG, at + Attr.SIZE, attributes.sizeBytes());
        memory.set(JAVA_LONG, at + Attr.BLOCKS, attributes.blocks512());
        memory.set(JAVA_LONG, at + Attr.ATIME, attributes.modifiedSeconds());
        memory.set(JAVA_LONG, at + Attr.MTIME, attributes.modifiedSeconds());
        memory.set(JAVA_LONG, at + Attr.CTIME, attributes.modifiedSeconds());
        memory.set(JAVA_INT, at + Attr.ATIMENSEC, attributes.modifiedNanos());
        memory.set(JAVA_INT, at + Attr.MTIMENSEC, attributes.modifiedNanos());
        memory.set(JAVA_INT, at + Attr.CTIMENSEC, attributes.modifiedNanos());
        memory.set(JAVA_INT, at + Attr.MODE, attributes.type().modeBits() | attributes.permissions());
        memory.set(JAVA_INT, at + Attr.NLINK, attributes.links());
        memory.set(JAVA_INT, at + Attr.UID, attributes.userId());
        memory.set(JAVA_INT, at + Attr.GID, attributes.groupId());
        memory.set(JAVA_INT, at + Attr.BLKSIZE, BLOCK_BYTES);
    }
}
