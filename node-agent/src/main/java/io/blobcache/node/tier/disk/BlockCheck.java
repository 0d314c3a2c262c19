package io.blobcache.node.tier.disk;

import io.blobcache.node.posix.Errno;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Compares one block on disk with its checksum, piece by piece: no buffer of a whole block is needed. */
final class BlockCheck {
    static final int RIGHT = 0;
    static final int WRONG = 1;

    /** Fits the second-level processor cache, so that the checksum reads what was just read from the disk. */
    static final int PIECE_BYTES = 256 << 10;

    /** What O_DIRECT asks of lengths; the pieces and the block sizes are multiples of it. */
    private static final int ALIGNMENT = 4096;

    private final BlockTable table;
    private final int block;
    private final MemorySegment piece;
    private final DeviceReads device;

    /** @param piece {@link #PIECE_BYTES} of scratch memory, aligned to a page */
    BlockCheck(BlockTable table, int block, MemorySegment piece, DeviceReads device) {
        this.device = device;
        this.table = table;
        this.block = block;
        this.piece = piece;
    }

    /** Compares, and computes the digest of the block if one is given. */
    int compare(int fd, @Nullable MessageDigest digest) {
        return run(fd, digest, 0, 0, piece, 0);
    }

    /** Compares, and copies a range of the block on the way; the copy is of use only if the block is right. */
    int compareAndCopy(int fd, int offset, int length, MemorySegment into, long intoOffset) {
        return run(fd, null, offset, length, into, intoOffset);
    }

    /** @return RIGHT, WRONG, or the negated error number */
    private int run(
            int fd, @Nullable MessageDigest digest, int offset, int length, MemorySegment into, long intoOffset) {
        CRC32C crc = new CRC32C();
        int blockLength = table.header().blockLengthBytes(block);
        for (int at = 0; at < blockLength; at += PIECE_BYTES) {
            int wanted = Math.min(PIECE_BYTES, blockLength - at);
            int failed = read(fd, at, wanted);
            if (failed != RIGHT) {
                return failed;
            }
            Checksum.update(crc, piece, 0, wanted);
            if (digest != null) {
                digest.update(piece.asSlice(0, wanted).asByteBuffer());
            }
            int from = Math.max(offset, at);
            int to = Math.min(offset + length, at + wanted);
            if (from < to) {
                MemorySegment.copy(piece, from - at, into, intoOffset + from - offset, to - from);
            }
        }
        return (int) crc.getValue() == table.checksum(block) ? RIGHT : WRONG;
    }

    private int read(int fd, int at, int wanted) {
        int asked = Math.ceilDiv(wanted, ALIGNMENT) * ALIGNMENT;
        long read;
        do {
            read = device.read(fd, piece, 0, asked, table.header().blockOffset(block) + at);
        } while (read == -Errno.EINTR.number());
        return read >= wanted ? RIGHT : read < 0 ? (int) read : WRONG;
    }
}
