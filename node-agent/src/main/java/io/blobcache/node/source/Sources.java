package io.blobcache.node.source;

import io.blobcache.node.config.SourceConfig;
import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.source.directory.DirectorySource;
import io.blobcache.node.source.http.HttpSource;
import io.blobcache.node.source.request.Retry;
import io.blobcache.node.source.request.Time;
import io.blobcache.node.source.s3.S3Sources;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** From an address to a source. */
public final class Sources {
    private Sources() {}

    /**
     * Asks nothing of the network: {@link Source#check} does.
     *
     * @param config asked at each call for what may change while the source is open
     */
    public static Source open(SourceAddress address, Supplier<SourceConfig> config, SourceCounters counters) {
        return open(SourceMount.whole(address), config, counters);
    }

    /** The same for a source with credentials of its own. */
    public static Source open(SourceMount mount, Supplier<SourceConfig> config, SourceCounters counters) {
        // The jitter of retries has to differ between nodes, not to be unpredictable.
        return open(mount, config, counters, Time.SYSTEM, RandomGenerator.of("L64X128MixRandom"));
    }

    /** @param random used under concurrency as far as the source is */
    public static Source open(
            SourceMount mount,
            Supplier<SourceConfig> config,
            SourceCounters counters,
            Time time,
            RandomGenerator random) {
        Retry retry = new Retry(config, counters, time, random);
        SourceConfig settings = config.get();
        return switch (mount.address()) {
            case SourceAddress.S3 s3 -> S3Sources.open(s3, mount.credentials(), settings, counters, retry);
            case SourceAddress.Http http -> new HttpSource(http, settings, counters, retry, time);
            case SourceAddress.Directory directory -> new DirectorySource(directory, settings, counters);
        };
    }
}
