package io.blobcache.node.model;

/**
 * How a blob is cut into blocks: the arithmetic, in one place.
 *
 * @param bytes length of every block but the last: 1, 4 or 16 MiB, the classes of the buffer pool
 */
public record BlockSize(int bytes) {

    public static final BlockSize DEFAULT = new BlockSize(4 << 20);

    public BlockSize {
        if (bytes != 1 << 20 && bytes != 4 << 20 && bytes != 16 << 20) {
            throw new IllegalArgumentException("blockSize must be 1MiB, 4MiB or 16MiB, was: " + bytes + " bytes");
        }
    }

    /** Blocks of a blob of this length; 0 for an empty one. */
    public int countOf(long blobLengthBytes) {
        return Math.toIntExact(Math.ceilDiv(blobLengthBytes, (long) bytes));
    }

    public int indexOf(long offset) {
        return (int) (offset / bytes);
    }

    public long offsetOf(int blockIndex) {
        return (long) blockIndex * bytes;
    }

    /** Length of one block of a blob; the last one is what is left. */
    public int lengthOf(long blobLengthBytes, int blockIndex) {
        return (int) Math.min(bytes, blobLengthBytes - offsetOf(blockIndex));
    }

    public BlockKey keyOf(Blob blob, int blockIndex) {
        return new BlockKey(blob.id(), blockIndex, lengthOf(blob.lengthBytes(), blockIndex));
    }
}
