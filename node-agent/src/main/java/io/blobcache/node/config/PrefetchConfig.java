package io.blobcache.node.config;

/** Fetching ahead of a reader that reads in order. */
@Section(key = "prefetch", meaning = "Fetching blocks ahead of a reader that reads in order.")
public record PrefetchConfig(
        @Setting(
                value = "64MiB",
                min = "0",
                max = "1GiB",
                live = true,
                meaning = "How far ahead of a reader blocks are fetched at most; 0 switches it off.",
                reason = "16 blocks of 4MiB: more than four workers can have under way, and little to waste when the"
                        + " reader stops.")
        long windowBytes,

        @Setting(
                value = "4",
                min = "1",
                max = "64",
                meaning = "Blocks being fetched ahead at once, over all readers.",
                reason = "Four ranged requests fill a 10 Gbit/s line from an object store (about 300 MB/s each)"
                        + " and leave 28 of source.maxRequests to readers who wait.")
        int workers) {

    public static final PrefetchConfig DEFAULT = Settings.defaults(PrefetchConfig.class);

    public PrefetchConfig {
        Check.of(PrefetchConfig.class)
                .range("windowBytes", windowBytes)
                .range("workers", workers)
                .done();
    }
}
