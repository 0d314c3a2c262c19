package io.blobcache.node.config;

import java.time.Duration;

/**
 * How the mount talks to the kernel.
 *
 * @param transport           which transport serves the mount
 * @param passthrough         whether the kernel may read complete blobs from their local file by itself
 * @param readerThreads       threads that take requests from the kernel
 * @param maxReadBytes        largest read request
 * @param readAheadBytes      how far the kernel reads ahead of a reader (max_readahead of FUSE_INIT)
 * @param maxBackground       requests that the kernel may have under way without a waiting reader
 * @param congestionThreshold background requests from which on the kernel holds back
 * @param entryTimeout        how long the kernel believes a name
 * @param attributeTimeout    how long the kernel believes attributes
 * @param negativeTimeout     how long the kernel believes that a name is missing
 * @param readDeadline        after this a read that has not been answered fails with ETIMEDOUT
 */
public record FuseConfig(
        Transport transport,
        boolean passthrough,
        int readerThreads,
        int maxReadBytes,
        int readAheadBytes,
        int maxBackground,
        int congestionThreshold,
        Duration entryTimeout,
        Duration attributeTimeout,
        Duration negativeTimeout,
        Duration readDeadline) {

    public static final FuseConfig DEFAULT = new FuseConfig(
            Transport.AUTO,
            true,
            4,
            1 << 20,
            1 << 20,
            512,
            384,
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            Duration.ofSeconds(30));

    /** AUTO takes KERNEL and falls back to JNR with a logged reason. */
    public enum Transport {
        AUTO,
        KERNEL,
        JNR
    }
}
