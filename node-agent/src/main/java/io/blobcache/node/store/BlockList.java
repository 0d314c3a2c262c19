package io.blobcache.node.store;

import io.blobcache.node.model.Sha256;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/**
 * SHA-256 of each block of one content, made while it was stored. In its file it ends in a SHA-256 of its own. Immutable.
 */
final class BlockList {
    /** Of a block's digests, 8 bytes a MiB: 8 MiB for 1 TiB. */
    static final int BLOCK_BYTES = 4 << 20;

    static final int DIGEST_BYTES = 32;

    /** "BCBL" and the version of the format. */
    private static final long MAGIC = 0x4243_424C_0000_0001L;

    private static final int HEADER_BYTES = 2 * Long.BYTES;

    private final long lengthBytes;
    private final byte[] digests;

    /** @param digests 32 bytes a block, in order; not written to any more */
    private BlockList(long lengthBytes, byte[] digests) {
        this.lengthBytes = lengthBytes;
        this.digests = digests;
    }

    long lengthBytes() {
        return lengthBytes;
    }

    /** Of all digests. */
    int digestsBytes() {
        return digests.length;
    }

    int count() {
        return digests.length / DIGEST_BYTES;
    }

    /** Bytes of the block with this index, which is within the content. */
    int lengthOf(int index) {
        return (int) Math.min(BLOCK_BYTES, lengthBytes - (long) index * BLOCK_BYTES);
    }

    boolean fits(int index, byte[] sha256) {
        int from = index * DIGEST_BYTES;
        return Arrays.equals(digests, from, from + DIGEST_BYTES, sha256, 0, sha256.length);
    }

    ByteBuffer encoded() {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + digests.length + DIGEST_BYTES)
                .putLong(MAGIC)
                .putLong(lengthBytes)
                .put(digests);
        bytes.put(sum(bytes.array(), bytes.position()));
        return bytes.flip();
    }

    /** @return empty if it is not a whole list */
    static Optional<BlockList> decode(byte[] bytes) {
        int end = bytes.length - DIGEST_BYTES;
        if (end < HEADER_BYTES || !Arrays.equals(bytes, end, bytes.length, sum(bytes, end), 0, DIGEST_BYTES)) {
            return Optional.empty();
        }
        ByteBuffer header = ByteBuffer.wrap(bytes);
        long magic = header.getLong();
        long lengthBytes = header.getLong();
        long count = Math.ceilDiv(lengthBytes, (long) BLOCK_BYTES);
        return magic == MAGIC && lengthBytes >= 0 && count * DIGEST_BYTES == end - HEADER_BYTES
                ? Optional.of(new BlockList(lengthBytes, Arrays.copyOfRange(bytes, HEADER_BYTES, end)))
                : Optional.empty();
    }

    private static byte[] sum(byte[] bytes, int length) {
        MessageDigest sha256 = Sha256.begin();
        sha256.update(bytes, 0, length);
        return sha256.digest();
    }

    /**
     * Hashes content as it comes: the whole and each block. The first block is hashed once for both, which is half of the
     * work for content of one block. Used by one thread at a time.
     */
    static final class Maker {
        private final MessageDigest whole = Sha256.begin();
        private final MessageDigest block = Sha256.begin();
        private final ByteArrayOutputStream digests = new ByteArrayOutputStream();
        private long lengthBytes;

        long lengthBytes() {
            return lengthBytes;
        }

        /** @param content left as it is */
        void add(ByteBuffer content) {
            ByteBuffer left = content.duplicate();
            while (left.hasRemaining()) {
                int toEnd = BLOCK_BYTES - (int) (lengthBytes % BLOCK_BYTES);
                int bytes = Math.min(toEnd, left.remaining());
                ByteBuffer piece = left.slice(left.position(), bytes);
                whole.update(piece.duplicate());
                if (!isFirst()) {
                    block.update(piece);
                }
                if (bytes == toEnd) {
                    digests.writeBytes(blockDigest());
                }
                left.position(left.position() + bytes);
                lengthBytes += bytes;
            }
        }

        private boolean isFirst() {
            return lengthBytes < BLOCK_BYTES;
        }

        private byte[] blockDigest() {
            return isFirst() ? Sha256.soFar(whole) : block.digest();
        }

        /** The SHA-256 of all; asked once, after {@link #list}. */
        byte[] digest() {
            return whole.digest();
        }

        /** Asked once, at the end. */
        BlockList list() {
            if (lengthBytes % BLOCK_BYTES != 0) {
                digests.writeBytes(blockDigest());
            }
            return new BlockList(lengthBytes, digests.toByteArray());
        }
    }
}
