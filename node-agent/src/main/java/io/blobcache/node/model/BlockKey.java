package io.blobcache.node.model;

/**
 * Names one block of one blob.
 *
 * @param blockIndex  from 0
 * @param lengthBytes the block size, except for the last block of a blob
 */
public record BlockKey(BlobId blobId, int blockIndex, int lengthBytes) {

    @Override
    public int hashCode() {
        // A blob's blocks must not share a bucket: multiply by the 32-bit golden ratio before mixing in.
        return blobId.hashCode() + blockIndex * 0x9E3779B9;
    }

    @Override
    public String toString() {
        return blobId + "/" + blockIndex;
    }
}
