package io.blobcache.node.config;

import java.time.Duration;

/** The disk tier. Its directory is the state directory that the mount is given. */
@Section(key = "disk", meaning = "The disk tier, in the state directory of the mount.")
public record DiskConfig(
        @Setting(
                value = "true",
                meaning = "Without it every block lives in memory only.",
                reason = "The disk keeps what it has over a restart, and complete blobs are read without the agent.")
        boolean enabled,

        @Setting(
                value = "0",
                live = true,
                min = "0",
                max = "1024TiB",
                meaning = "Upper limit of all blocks together, from 64MiB; 0 means what disk.minFreePercent allows.",
                reason = "A cache is worth most when it may use what nobody else needs; disk.minFreePercent protects"
                        + " the others on the device.")
        long quotaBytes,

        @Setting(
                value = "90",
                live = true,
                min = "1",
                max = "100",
                meaning = "Of the quota: above it blobs are evicted.",
                reason = "The last tenth takes what arrives while eviction is under way.")
        int highWatermarkPercent,

        @Setting(
                value = "80",
                live = true,
                min = "0",
                max = "99",
                meaning = "Of the quota: eviction goes on until here.",
                reason = "Evicting a tenth at once is one pass over the ranking instead of one for each block.")
        int lowWatermarkPercent,

        @Setting(
                value = "10",
                live = true,
                min = "0",
                max = "90",
                meaning = "Of the device, whoever uses it: below it blobs are evicted and nothing is written.",
                reason = "kubelet evicts pods below 10 % free (imagefs: 15 %); file systems slow down when they are"
                        + " full.")
        int minFreePercent,

        @Setting(
                value = "0s",
                live = true,
                min = "0s",
                max = "3650d",
                meaning = "A blob not opened for so long is evicted; 0s means never.",
                reason = "Content under a version never changes, so age alone is no reason to drop it.")
        Duration ttl,

        @Setting(
                value = "boot",
                meaning = "When a block's checksum is compared before it is served: boot = before its first use after"
                        + " the machine was started anew, start = before its first use by each agent process,"
                        + " everyRead = before every read (switches passthrough off).",
                reason = "Cached blocks are not synced, so a power cut can leave zeros: checked once after it, a block"
                        + " is as good as the file system, and the scrubber looks for the rest.")
        Integrity integrity,

        @Setting(
                value = "7d",
                live = true,
                min = "0s",
                max = "365d",
                meaning = "The scrubber has checked every block once within this time; 0s switches it off.",
                reason = "1 TB in seven days is 1.7 MB/s of background reading.")
        Duration scrubPeriod,

        @Setting(
                value = "2",
                min = "1",
                max = "64",
                meaning = "Threads that write blocks; one more block than they can queue is declined.",
                reason = "Two writers keep one NVMe device busy: one writes while the other has its checksum made.")
        int writers,

        @Setting(
                value = "true",
                meaning = "Whether the kernel is told how files of the disk tier are read (posix_fadvise): in order, at"
                        + " random, soon, not again.",
                reason = "Read in order and told so, the kernel reads twice as far ahead of the reader.")
        boolean fadvise,

        @Setting(
                value = "auto",
                min = "0",
                max = "1024TiB",
                meaning =
                        "A blob longer than this leaves the page cache behind a reader in order; 0 means none does. auto"
                                + " is the memory limit of the agent's container, or else the machine's memory.",
                reason =
                        "Of what is longer than memory nothing is left for the next reader; all that it does there is to"
                                + " push out what others read again.")
        long dropBehindBytes) {

    public static final DiskConfig DEFAULT = Settings.defaults(DiskConfig.class);

    /** Below this a quota holds no more than a few blocks, and eviction never rests. */
    private static final long SMALLEST_QUOTA_BYTES = 64L << 20;

    public DiskConfig {
        // Page cache counts against the limit of the group that reads.
        dropBehindBytes =
                dropBehindBytes == Setting.AUTO ? MemoryLimit.ofThisProcess().bytes() : dropBehindBytes;
        Check.of(DiskConfig.class)
                .range("quotaBytes", quotaBytes)
                .range("highWatermarkPercent", highWatermarkPercent)
                .range("lowWatermarkPercent", lowWatermarkPercent)
                .range("minFreePercent", minFreePercent)
                .range("ttl", ttl)
                .range("scrubPeriod", scrubPeriod)
                .range("writers", writers)
                .range("dropBehindBytes", dropBehindBytes)
                .rule(
                        quotaBytes <= 0 || quotaBytes >= SMALLEST_QUOTA_BYTES,
                        "quotaBytes",
                        "must be 0 or at least 64MiB",
                        quotaBytes)
                .rule(
                        lowWatermarkPercent < highWatermarkPercent,
                        "lowWatermarkPercent",
                        "must be below disk.highWatermarkPercent (" + highWatermarkPercent + ")",
                        lowWatermarkPercent)
                .done();
    }

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
