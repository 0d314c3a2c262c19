package io.blobcache.node.config;

import java.time.Duration;

/**
 * The disk tier. Its directory is the state directory that the mount is given.
 *
 * @param enabled              without it every block lives in memory only
 * @param quotaBytes           upper limit of all blocks together; 0 means: what the watermarks and minFree allow
 * @param highWatermarkPercent of the quota: above it blobs are evicted
 * @param lowWatermarkPercent  of the quota: eviction goes on until here
 * @param minFreePercent       of the device, whoever uses it: below it blobs are evicted and nothing is written
 * @param ttl                  a blob not opened for so long is evicted; zero means never
 * @param integrity            when a block's checksum is compared
 * @param scrubPeriod          the scrubber has checked every block once within this time; zero switches it off
 * @param writers              threads that write blocks; one more block than they can queue is declined
 */
public record DiskConfig(
        boolean enabled,
        long quotaBytes,
        int highWatermarkPercent,
        int lowWatermarkPercent,
        int minFreePercent,
        Duration ttl,
        Integrity integrity,
        Duration scrubPeriod,
        int writers) {

    public static final DiskConfig DEFAULT =
            new DiskConfig(true, 0, 90, 80, 10, Duration.ZERO, Integrity.BOOT, Duration.ofDays(7), 2);

    /** When a block on disk is compared with its checksum before it is served. */
    public enum Integrity {
        /** Before its first use after the machine was started anew. */
        BOOT,
        /** Before its first use by each agent process. */
        START,
        /** Before every read; switches passthrough off. */
        EVERY_READ
    }
}
