package io.blobcache.node.tier.disk;

/** What bytes cost on the device: file systems allocate by their block, 4 KiB on nearly all of them. */
final class Footprint {
    private static final long FILE_SYSTEM_BLOCK_BYTES = 4096;

    private Footprint() {}

    static long ofFile(long lengthBytes) {
        return Math.ceilDiv(lengthBytes, FILE_SYSTEM_BLOCK_BYTES) * FILE_SYSTEM_BLOCK_BYTES;
    }
}
