package io.blobcache.node.fuse;

/**
 * What stat(2) tells of an inode.
 *
 * @param inode          the number that stat shows, the same as the node id
 * @param sizeBytes      of the content, or of a link's target
 * @param modifiedSeconds since 1970, UTC; also given as access and change time
 * @param modifiedNanos  0 to 999,999,999
 * @param permissions    the lower nine bits of the mode
 * @param links          1 for a directory: "not counted", as btrfs has it, so that find(1) takes no short cut
 */
public record FuseAttributes(
        long inode,
        FileType type,
        long sizeBytes,
        long modifiedSeconds,
        int modifiedNanos,
        int permissions,
        int links,
        int userId,
        int groupId) {

    /** What stat shows as st_blocks, in its unit of 512 bytes. */
    public long blocks512() {
        return Math.ceilDiv(sizeBytes, 512L);
    }
}
