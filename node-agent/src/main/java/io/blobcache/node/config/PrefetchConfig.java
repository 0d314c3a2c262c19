package io.blobcache.node.config;

/** Fetching ahead of a reader that reads in order. */
@Section(key = "prefetch", meaning = "Fetching blocks ahead of a reader that reads in order.")
public record PrefetchConfig(
        @Setting(
                value = "64MiB",
                min = "0",
                max = "256MiB",
                live = true,
                meaning = "How far ahead of a reader blocks are fetched at most; it begins with one block and grows by"
                        + " what the source takes for a block and the reader for reading it. 0 switches all fetching"
                        + " ahead off.",
                reason = "16 blocks of 4MiB: more than four workers can have under way, and little to waste when the"
                        + " reader stops. The sum of all windows has a limit of its own: nothing is fetched ahead that"
                        + " would leave readers less than a quarter of memory.tierBytes.")
        long windowBytes,

        @Setting(
                value = "16MiB",
                min = "0",
                max = "256MiB",
                live = true,
                meaning = "Files up to this length are fetched whole at their first read.",
                reason = "Four blocks of 4MiB, one for each worker: the whole file costs about one round trip more than"
                        + " its first block.")
        long wholeFileBytes,

        @Setting(
                value = "16",
                min = "0",
                max = "256",
                live = true,
                meaning = "Files of a directory that are fetched ahead when its files are read in the listing's order;"
                        + " only such as prefetch.wholeFileBytes allows, and windowBytes together at most. 0 switches"
                        + " it off.",
                reason = "Four for each worker: enough to hide a round trip, few to waste when the reader stops.")
        int filesAhead,

        @Setting(
                value = "4",
                min = "1",
                max = "64",
                meaning = "Blocks being fetched ahead at once from each source.",
                reason = "Four ranged requests fill a 10 Gbit/s line from an object store (about 300 MB/s each)"
                        + " and leave 28 of source.maxRequests to readers who wait. Each of several sources has its"
                        + " own, as it has its own requests: one that hangs holds up none of another.")
        int workers) {

    public static final PrefetchConfig DEFAULT = Settings.defaults(PrefetchConfig.class);

    public PrefetchConfig {
        Check.of(PrefetchConfig.class)
                .range("windowBytes", windowBytes)
                .range("wholeFileBytes", wholeFileBytes)
                .range("filesAhead", filesAhead)
                .range("workers", workers)
                .done();
    }
}
