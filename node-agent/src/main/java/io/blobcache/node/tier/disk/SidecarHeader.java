package io.blobcache.node.tier.disk;

import io.blobcache.node.model.BlobId;
import io.blobcache.node.model.BlockSize;

/**
 * What a sidecar is bound to. Each of its entries carries a checksum that begins with these values, so an entry moved
 * to another place or file is noticed.
 *
 * @param dataInode inode number of the data file that was made with it; another one there was not written by us
 */
record SidecarHeader(BlobId blobId, long blobLengthBytes, int blockBytes, long dataInode) {

    int blocks() {
        return new BlockSize(blockBytes).countOf(blobLengthBytes);
    }

    int blockLengthBytes(int blockIndex) {
        return new BlockSize(blockBytes).lengthOf(blobLengthBytes, blockIndex);
    }

    long blockOffset(int blockIndex) {
        return (long) blockIndex * blockBytes;
    }

    /** What the sidecar takes of the device. */
    long sidecarDeviceBytes() {
        return Footprint.ofFile(SidecarFormat.fileBytes(blocks()));
    }

    /** What one block takes of the device. */
    long blockDeviceBytes(int blockIndex) {
        return Footprint.ofFile(blockLengthBytes(blockIndex));
    }
}
