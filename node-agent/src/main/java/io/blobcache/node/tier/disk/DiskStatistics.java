package io.blobcache.node.tier.disk;

/**
 * What the disk tier holds at this moment.
 *
 * @param usedBytes     on the device, sidecars and blocks under way included
 * @param capacityBytes the most it may use: the quota, or less where others fill the device
 * @param counted       whether what a former process left is counted to the end; it is within seconds of the start
 * @param state         normal, unstable (reads only) or down
 * @param reason        why it is not normal and what to do; empty when it is
 */
public record DiskStatistics(
        long usedBytes, long capacityBytes, long blobs, long blocks, boolean counted, String state, String reason) {}
