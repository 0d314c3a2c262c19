package io.blobcache.node.config;

import java.time.Duration;

/**
 * How sources are asked.
 *
 * @param attempts       tries of one request before the reader gets EIO
 * @param minBackoff     pause before the second try; later ones grow with decorrelated jitter
 * @param maxBackoff     longest pause
 * @param connectTimeout until a connection stands
 * @param stallTimeout   longest time without a byte
 * @param maxRequests    requests under way at once
 */
public record SourceConfig(
        int attempts,
        Duration minBackoff,
        Duration maxBackoff,
        Duration connectTimeout,
        Duration stallTimeout,
        int maxRequests) {
    public static final SourceConfig DEFAULT = new SourceConfig(
            4, Duration.ofMillis(100), Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofSeconds(5), 32);
}
