package io.blobcache.node.fs.listing;

import io.blobcache.node.fuse.FileType;
import java.io.IOException;
import java.util.Arrays;

/** Goes through the records of a listing from one offset on. For one thread and one pass. */
public final class EntryCursor {
    /** Two dozen preads for a megabyte of names, and at least seven of the longest records at once. */
    private static final int BUFFER_BYTES = 32 << 10;

    private final Spool spool;
    private final long end;
    private byte[] buffer;
    private long bufferOffset;
    private int buffered;
    private int at;
    private int recordBytes;

    /** @param expectedBytes about how much will be read, so that looking up one name does not copy a thousand */
    EntryCursor(Spool spool, long offset, long end, int expectedBytes) {
        this.spool = spool;
        this.end = end;
        this.bufferOffset = offset;
        this.buffer = new byte[Math.clamp(end - offset, 0, Math.min(expectedBytes, BUFFER_BYTES))];
    }

    EntryCursor(Spool spool, long offset, long end) {
        this(spool, offset, end, BUFFER_BYTES);
    }

    /** Steps to the next record; {@code false} at the end of what has arrived. */
    public boolean next() throws IOException {
        at += recordBytes;
        recordBytes = 0;
        if (offset() >= end) {
            return false;
        }
        if (buffered - at < EntryFormat.HEADER_BYTES) {
            refill(EntryFormat.HEADER_BYTES);
        }
        int length = EntryFormat.recordLength(buffer, at);
        if (buffered - at < length) {
            refill(length);
        }
        recordBytes = length;
        return true;
    }

    /** Where the record starts at which the cursor stands. */
    public long offset() {
        return bufferOffset + at;
    }

    /** Where the record after it starts. */
    public long nextOffset() {
        return offset() + recordBytes;
    }

    public String name() {
        return EntryFormat.name(buffer, at);
    }

    public FileType type() {
        return EntryFormat.type(buffer, at);
    }

    public long inode() {
        return EntryFormat.inode(buffer, at);
    }

    public Entry entry() {
        return EntryFormat.decode(buffer, at);
    }

    int compareName(byte[] name) {
        return EntryFormat.compareName(buffer, at, name);
    }

    private void refill(int needed) throws IOException {
        bufferOffset += at;
        at = 0;
        if (buffer.length < needed) {
            buffer = Arrays.copyOf(buffer, Math.max(needed, EntryFormat.MAX_BYTES));
        }
        buffered = spool.read(bufferOffset, buffer, (int) Math.min(buffer.length, end - bufferOffset));
        if (buffered < needed) {
            throw new IOException("a listing ends within a record");
        }
    }
}
