package io.blobcache.node.config;

import java.time.Duration;

/** How the mount talks to the kernel. */
@Section(key = "fuse", meaning = "How the mount talks to the kernel.")
public record FuseConfig(
        @Setting(
                value = "auto",
                meaning = "Which transport serves the mount: kernel speaks the FUSE protocol over /dev/fuse itself,"
                        + " jnr goes through libfuse 2. auto takes kernel and falls back to jnr with a logged reason.",
                reason = "kernel has twice the throughput of jnr for a third of the processor time, and passthrough.")
        Transport transport,

        @Setting(
                value = "true",
                meaning = "Whether the kernel may read complete blobs from their local file by itself"
                        + " (Linux 6.9 or later, CAP_SYS_ADMIN).",
                reason = "Such reads run at the speed of the local file system and cost the agent nothing.")
        boolean passthrough,

        @Setting(
                value = "128KiB",
                min = "0",
                max = "1TiB",
                meaning =
                        "Blobs shorter than this are read through the agent once and then from the kernel's page cache"
                                + " of the mount, though they could be read from their local file.",
                reason = "One read request costs less than to register a local file and take it back at each open:"
                        + " files of 4KiB are opened and read again twice as fast.")
        long passthroughMinBytes,

        @Setting(
                value = "4",
                min = "1",
                max = "64",
                meaning = "Threads that take requests from the kernel.",
                reason = "They never wait for a source; four copy faster than one memory channel delivers.")
        int readerThreads,

        @Setting(
                value = "1MiB",
                min = "128KiB",
                max = "1MiB",
                meaning = "Largest read request.",
                reason = "1MiB is the most that the kernel sends (256 pages): fewest requests for a byte.")
        int maxReadBytes,

        @Setting(
                value = "128KiB",
                min = "0",
                max = "16MiB",
                meaning =
                        "How far the kernel reads ahead of a reader, and around a fault of a mapping (max_readahead of"
                                + " FUSE_INIT).",
                reason =
                        "Readers in order gain nothing measurable from more, for blocks are fetched ahead anyway; mappings"
                                + " read at random lose up to half (bench/run read-ahead).")
        int readAheadBytes,

        @Setting(
                value = "512",
                min = "1",
                max = "65535",
                meaning = "Requests that the kernel may have under way without a waiting reader.",
                reason = "The kernel's default of 12 stops readahead of a dozen readers; 512 x 1MiB is more than"
                        + " memory.budgetBytes serves at once.")
        int maxBackground,

        @Setting(
                value = "384",
                min = "1",
                max = "65535",
                meaning = "Background requests from which on the kernel holds back.",
                reason = "Three quarters of fuse.maxBackground, the kernel's own proportion.")
        int congestionThreshold,

        @Setting(
                value = "true",
                meaning =
                        "Whether a listing brings the attributes of its entries along, for programs that ask for them."
                                + " Transport kernel only.",
                reason = "Without it ls -l and find -size ask once more for each name.")
        boolean readdirplus,

        @Setting(
                value = "true",
                meaning = "Whether the kernel keeps the targets of symbolic links. Transport kernel only.",
                reason = "The target of a link never changes under its inode; libraries are opened through links.")
        boolean cacheSymlinks,

        @Setting(
                value = "true",
                meaning = "Whether several reads of one file may be under way at once. Transport kernel only.",
                reason = "Read-ahead is answered while the reader still copies what came before.")
        boolean asyncRead,

        @Setting(
                value = "5s",
                min = "0s",
                live = true,
                max = "1h",
                meaning = "How long the kernel believes a name."
                        + " Transport jnr takes a change at its next start: there it is an option of the mount.",
                reason = "As long as listing.ttl: asking earlier would get the same answer. Transport kernel never"
                        + " believes a name for longer than the rest of that.")
        Duration entryTimeout,

        @Setting(
                value = "5s",
                min = "0s",
                live = true,
                max = "1h",
                meaning = "How long the kernel believes attributes."
                        + " Transport jnr takes a change at its next start: there it is an option of the mount.",
                reason = "As long as listing.ttl: asking earlier would get the same answer.")
        Duration attributeTimeout,

        @Setting(
                value = "2s",
                min = "0s",
                live = true,
                max = "1h",
                meaning = "How long the kernel believes that a name is missing."
                        + " Transport jnr takes a change at its next start: there it is an option of the mount.",
                reason =
                        "As long as listing.negativeTtl, and on transport kernel never longer than the rest of that; spares"
                                + " a program that searches a path of directories.")
        Duration negativeTimeout,

        @Setting(
                value = "30s",
                min = "1s",
                max = "10m",
                meaning = "A read that has not been answered by then fails with ETIMEDOUT.",
                reason = "Longer than all tries of one request (source.attempts with their pauses), shorter than the"
                        + " patience of whoever watches a program that hangs.")
        Duration readDeadline) {

    public static final FuseConfig DEFAULT = Settings.defaults(FuseConfig.class);

    public FuseConfig {
        Check.of(FuseConfig.class)
                .range("passthroughMinBytes", passthroughMinBytes)
                .range("readerThreads", readerThreads)
                .range("maxReadBytes", maxReadBytes)
                .range("readAheadBytes", readAheadBytes)
                .range("maxBackground", maxBackground)
                .range("congestionThreshold", congestionThreshold)
                .range("entryTimeout", entryTimeout)
                .range("attributeTimeout", attributeTimeout)
                .range("negativeTimeout", negativeTimeout)
                .range("readDeadline", readDeadline)
                .rule(
                        congestionThreshold <= maxBackground,
                        "congestionThreshold",
                        "must be at most fuse.maxBackground (" + maxBackground + ")",
                        congestionThreshold)
                .done();
    }

    /** AUTO takes KERNEL and falls back to JNR with a logged reason. */
    public enum Transport {
        AUTO,
        KERNEL,
        JNR
    }
}
