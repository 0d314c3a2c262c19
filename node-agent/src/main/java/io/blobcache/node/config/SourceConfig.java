package io.blobcache.node.config;

import java.time.Duration;

/** How sources are asked. */
@Section(key = "source", meaning = "How the source is asked: tries, time limits, parallel requests.")
public record SourceConfig(
        @Setting(
                value = "4",
                live = true,
                min = "1",
                max = "20",
                meaning = "Tries of one request before the reader gets EIO.",
                reason = "Three retries outlast a restart of a front end; more only hide an outage from the reader.")
        int attempts,

        @Setting(
                value = "100ms",
                live = true,
                min = "1ms",
                max = "1m",
                meaning = "Pause before the second try; later ones grow with jitter.",
                reason = "Shorter than a reader notices, long enough for a load balancer to choose another server.")
        Duration minBackoff,

        @Setting(
                value = "5s",
                min = "1ms",
                live = true,
                max = "5m",
                meaning = "Longest pause between two tries.",
                reason = "Four tries then end within half of fuse.readDeadline.")
        Duration maxBackoff,

        @Setting(
                value = "2s",
                min = "100ms",
                max = "1m",
                meaning = "Until a connection stands, TLS included.",
                reason = "Three times the round trip of the longest line on earth, handshakes included.")
        Duration connectTimeout,

        @Setting(
                value = "5s",
                min = "100ms",
                max = "5m",
                meaning = "Longest time without a byte; then the try is given up.",
                reason = "Object stores answer the first byte within a second at their worst percentile.")
        Duration stallTimeout,

        @Setting(
                value = "32",
                min = "1",
                max = "1024",
                meaning = "Requests under way at once; more wait.",
                reason = "At 50 ms and 4MiB a request this is 2.6 GB/s: 32 x 4MiB / 50 ms.")
        int maxRequests) {

    public static final SourceConfig DEFAULT = Settings.defaults(SourceConfig.class);

    public SourceConfig {
        Check.of(SourceConfig.class)
                .range("attempts", attempts)
                .range("minBackoff", minBackoff)
                .range("maxBackoff", maxBackoff)
                .range("connectTimeout", connectTimeout)
                .range("stallTimeout", stallTimeout)
                .range("maxRequests", maxRequests)
                .rule(
                        maxBackoff.compareTo(minBackoff) >= 0,
                        "maxBackoff",
                        "must be at least source.minBackoff (" + Quantity.duration(minBackoff) + ")",
                        maxBackoff)
                .done();
    }
}
