package io.blobcache.node.fs.listing;

import io.blobcache.node.fuse.FileType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An entry as bytes, in a listing that is kept. Big-endian:
 *
 * <pre>
 *  0  u16  length of the whole record
 *  2  u8   kind: file, executable file, directory, link
 *  3  u8   length of the name
 *  4  u64  inode
 * 12  u64  length in bytes
 * 20  u64  modified, nanoseconds since 1970
 * 28       name, then detail, both UTF-8
 * </pre>
 */
final class EntryFormat {
    static final int HEADER_BYTES = 28;

    /** Longest record: a link with the longest name and target. */
    static final int MAX_BYTES = HEADER_BYTES + NameRules.MAX_NAME_BYTES + NameRules.MAX_TARGET_BYTES;

    private static final byte FILE = 0;
    private static final byte EXECUTABLE = 1;
    private static final byte DIRECTORY = 2;
    private static final byte LINK = 3;

    private EntryFormat() {}

    static byte[] encode(Entry entry) {
        byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
        byte[] detail = entry.detail().getBytes(StandardCharsets.UTF_8);
        int length = HEADER_BYTES + name.length + detail.length;
        return ByteBuffer.allocate(length)
                .putShort((short) length)
                .put(kind(entry))
                .put((byte) name.length)
                .putLong(entry.inode())
                .putLong(entry.lengthBytes())
                .putLong(entry.modifiedNanos())
                .put(name)
                .put(detail)
                .array();
    }

    static int recordLength(byte[] bytes, int at) {
        return (Byte.toUnsignedInt(bytes[at]) << 8) | Byte.toUnsignedInt(bytes[at + 1]);
    }

    static FileType type(byte[] bytes, int at) {
        return switch (bytes[at + 2]) {
            case FILE, EXECUTABLE -> FileType.FILE;
            case DIRECTORY -> FileType.DIRECTORY;
            case LINK -> FileType.SYMLINK;
            default -> throw new IllegalStateException("no kind of entry: " + bytes[at + 2]);
        };
    }

    static long inode(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes).getLong(at + 4);
    }

    static String name(byte[] bytes, int at) {
        return new String(bytes, at + HEADER_BYTES, nameLength(bytes, at), StandardCharsets.UTF_8);
    }

    static Entry decode(byte[] bytes, int at) {
        ByteBuffer numbers = ByteBuffer.wrap(bytes);
        int detailAt = at + HEADER_BYTES + nameLength(bytes, at);
        int detailLength = at + recordLength(bytes, at) - detailAt;
        return new Entry(
                name(bytes, at),
                type(bytes, at),
                bytes[at + 2] != FILE,
                numbers.getLong(at + 4),
                numbers.getLong(at + 12),
                numbers.getLong(at + 20),
                new String(bytes, detailAt, detailLength, StandardCharsets.UTF_8));
    }

    /** Compares a record's name with another in the order of listings, see {@link NameOrder}. */
    static int compareName(byte[] bytes, int at, byte[] name) {
        int start = at + HEADER_BYTES;
        return NameOrder.compare(bytes, start, start + nameLength(bytes, at), name, 0, name.length);
    }

    static int nameLength(byte[] bytes, int at) {
        return Byte.toUnsignedInt(bytes[at + 3]);
    }

    private static byte kind(Entry entry) {
        return switch (entry.type()) {
            case FILE -> entry.executable() ? EXECUTABLE : FILE;
            case DIRECTORY -> DIRECTORY;
            case SYMLINK -> LINK;
        };
    }
}
