package io.blobcache.node.tier.disk;

import io.blobcache.node.model.BlobId;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a sidecar, big-endian: a header of 128 bytes and 64 bytes a block.
 *
 * <pre>
 * header   0 magic 8 | 8 version 4 | 12 block bytes 4 | 16 blob length 8 | 24 blob id 32 | 56 data inode 8
 *         64 zeros | 124 CRC32C of the 124 bytes before
 * entry    0 flags 4 | 4 block index 4 | 8 length 4 | 12 CRC32C of the block 4 | 16 session 8 | 24 SHA-256 32
 *         56 zeros 4 | 60 CRC32C of the header and the 60 bytes before
 * </pre>
 *
 * An entry of zeros says absent, and so does every entry whose checksum does not fit: torn, moved or rotten. 64 bytes
 * at a multiple of 64 never straddle a disk sector, so a neighbour is not torn with it.
 */
final class SidecarFormat {
    static final int VERSION = 1;
    static final int HEADER_BYTES = 128;
    static final int ENTRY_BYTES = 64;
    static final int DIGEST_BYTES = 32;

    /** "BCsidec" and a byte that is no text. */
    private static final long MAGIC = 0x4243736964656300L;

    private static final int HEADER_CRC_AT = HEADER_BYTES - Integer.BYTES;
    private static final int ENTRY_CRC_AT = ENTRY_BYTES - Integer.BYTES;
    private static final int PRESENT = 1;
    private static final int DIGEST_KNOWN = 2;

    private SidecarFormat() {}

    /** What the first bytes of a file say it is. */
    enum Kind {
        OURS,
        /** Made by a later release: not ours to read, write or remove. */
        NEWER,
        /** Empty: its writer died between making it and writing to it. No damage. */
        UNFINISHED,
        GARBAGE
    }

    /**
     * One block that is present.
     *
     * @param session in whose unbroken run the block was written or last compared with its checksum
     * @param sha256  32 bytes; null while nobody has computed it
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared, never shared: from the file to its reader.
    record Entry(int checksum, long session, byte @Nullable [] sha256) {}

    static long fileBytes(int blocks) {
        return HEADER_BYTES + (long) blocks * ENTRY_BYTES;
    }

    static long entryOffset(int blockIndex) {
        return HEADER_BYTES + (long) blockIndex * ENTRY_BYTES;
    }

    static void writeHeader(SidecarHeader header, ByteBuffer into) {
        int at = into.position();
        into.putLong(MAGIC).putInt(VERSION).putInt(header.blockBytes()).putLong(header.blobLengthBytes());
        into.put(header.blobId().toBytes()).putLong(header.dataInode());
        into.put(new byte[at + HEADER_CRC_AT - into.position()]);
        into.putInt(crc(into, at, HEADER_CRC_AT, new CRC32C()));
    }

    static Kind kind(ByteBuffer bytes) {
        if (bytes.remaining() < HEADER_BYTES || bytes.getLong(bytes.position()) != MAGIC) {
            return Kind.GARBAGE;
        }
        int at = bytes.position();
        if (bytes.getInt(at + HEADER_CRC_AT) != crc(bytes, at, HEADER_CRC_AT, new CRC32C())) {
            return Kind.GARBAGE;
        }
        int version = bytes.getInt(at + Long.BYTES);
        return version == VERSION ? Kind.OURS : version > VERSION ? Kind.NEWER : Kind.GARBAGE;
    }

    /** @return null if the values cannot be: a header with a fitting checksum that we would not have written */
    static @Nullable SidecarHeader readHeader(ByteBuffer bytes) {
        int at = bytes.position();
        int blockBytes = bytes.getInt(at + 12);
        long lengthBytes = bytes.getLong(at + 16);
        byte[] id = new byte[BlobId.BYTES];
        bytes.get(at + 24, id);
        boolean sane = (blockBytes == 1 << 20 || blockBytes == 4 << 20 || blockBytes == 16 << 20)
                && lengthBytes > 0
                && Math.ceilDiv(lengthBytes, (long) blockBytes) <= Integer.MAX_VALUE;
        return sane ? new SidecarHeader(BlobId.ofBytes(id), lengthBytes, blockBytes, bytes.getLong(at + 56)) : null;
    }

    /** @param entry null to say absent */
    static void writeEntry(SidecarHeader header, int blockIndex, @Nullable Entry entry, ByteBuffer into) {
        if (entry == null) {
            into.put(new byte[ENTRY_BYTES]);
            return;
        }
        int at = into.position();
        byte[] sha256 = entry.sha256();
        into.putInt(sha256 == null ? PRESENT : PRESENT | DIGEST_KNOWN);
        into.putInt(blockIndex).putInt(header.blockLengthBytes(blockIndex)).putInt(entry.checksum());
        into.putLong(entry.session());
        into.put(sha256 == null ? new byte[DIGEST_BYTES] : sha256).putInt(0);
        into.putInt(crc(into, at, ENTRY_CRC_AT, boundTo(header)));
    }

    /** @return null if the block is absent, or if these bytes are not the entry of this block of this blob */
    static @Nullable Entry readEntry(SidecarHeader header, int blockIndex, ByteBuffer bytes) {
        int at = bytes.position();
        int flags = bytes.getInt(at);
        if ((flags & PRESENT) == 0
                || bytes.getInt(at + 4) != blockIndex
                || bytes.getInt(at + 8) != header.blockLengthBytes(blockIndex)
                || bytes.getInt(at + ENTRY_CRC_AT) != crc(bytes, at, ENTRY_CRC_AT, boundTo(header))) {
            return null;
        }
        byte[] sha256 = null;
        if ((flags & DIGEST_KNOWN) != 0) {
            sha256 = new byte[DIGEST_BYTES];
            bytes.get(at + 24, sha256);
        }
        return new Entry(bytes.getInt(at + 12), bytes.getLong(at + 16), sha256);
    }

    private static CRC32C boundTo(SidecarHeader header) {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES);
        writeHeader(header, bytes);
        CRC32C crc = new CRC32C();
        crc.update(bytes.flip());
        return crc;
    }

    private static int crc(ByteBuffer bytes, int at, int length, CRC32C crc) {
        crc.update(bytes.slice(at, length));
        return (int) crc.getValue();
    }
}
