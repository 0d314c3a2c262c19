package io.blobcache.node.source;

import io.blobcache.node.config.SourceConfig;
import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.source.directory.DirectorySource;
import io.blobcache.node.source.http.HttpSource;
import io.blobcache.node.source.request.Retry;
import io.blobcache.node.source.request.Time;
import io.blobcache.node.source.s3.S3Sources;
import java.util.random.RandomGenerator;

/** From an address to a source. */
public final class Sources {
    private Sources() {}

    /** Asks nothing of the network: {@link Source#check} does. */
    public static Source open(SourceAddress address, SourceConfig config, SourceCounters counters) {
        // The jitter of retries has to differ between nodes, not to be unpredictable.
        return open(address, config, counters, Time.SYSTEM, RandomGenerator.of("L64X128MixRandom"));
    }

    /** @param random used under concurrency as far as the source is */
    public static Source open(
            SourceAddress address, SourceConfig config, SourceCounters counters, Time time, RandomGenerator random) {
        Retry retry = new Retry(config, counters, time, random);
        return switch (address) {
            case SourceAddress.S3 s3 -> S3Sources.open(s3, config, counters, retry);
            case SourceAddress.Http http -> new HttpSource(http, config, counters, retry, time);
            case SourceAddress.Directory directory -> new DirectorySource(directory, config, counters);
        };
    }
}
