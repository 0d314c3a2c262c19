package io.blobcache.node.config;

import java.time.Duration;

/**
 * How long the agent believes what a source said of its names.
 *
 * @param ttl         a listing or attribute older than this is asked for again
 * @param negativeTtl so long a missing path is believed to be missing
 */
public record ListingConfig(Duration ttl, Duration negativeTtl) {
    public static final ListingConfig DEFAULT = new ListingConfig(Duration.ofSeconds(5), Duration.ofSeconds(2));
}
