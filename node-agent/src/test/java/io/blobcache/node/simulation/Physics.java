package io.blobcache.node.simulation;

import java.time.Duration;

/**
 * What a simulated cluster is made of.
 *
 * @param blockBytes           what a block counts on lines; its real bytes are fewer
 * @param latency              of the network, one way
 * @param lineBytesPerSecond   of each node, in each direction
 * @param sourceLatency        of a request to the source
 * @param sourceBytesPerSecond of one request to the source
 * @param maxLentBytes         as {@code mesh.maxLentBytes}
 */
record Physics(
        long blockBytes,
        Duration latency,
        long lineBytesPerSecond,
        Duration sourceLatency,
        long sourceBytesPerSecond,
        long maxLentBytes) {

    /** Nodes with 10 Gbit/s in one room, a bucket that answers in 30 ms and then gives 100 MB/s. */
    static final Physics USUAL = new Physics(
            4 << 20, Duration.ofNanos(100_000), 1_250_000_000, Duration.ofMillis(30), 100_000_000, 256L << 20);

    long lineNanos(long bytes, double slowness) {
        return (long) (bytes * 1e9 / lineBytesPerSecond * slowness);
    }

    long sourceNanos() {
        return sourceLatency.toNanos() + blockBytes * 1_000_000_000L / sourceBytesPerSecond;
    }
}
