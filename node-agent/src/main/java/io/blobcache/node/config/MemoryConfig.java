package io.blobcache.node.config;

/**
 * Off-heap memory of the data path. The derived values come from the limit of this process's cgroup; the machine's
 * memory counts only where there is no limit.
 */
@Section(key = "memory", meaning = "Off-heap memory of the data path.")
public record MemoryConfig(
        @Setting(
                value = "auto",
                min = "32MiB",
                max = "1TiB",
                meaning = "All buffers together: blocks under way and blocks kept. auto is a quarter of the memory"
                        + " limit of the container (cgroup v1 or v2), or an eighth of the machine's memory where there"
                        + " is no limit; at least 64MiB and at most 512MiB.",
                reason = "Heap, code and threads of the agent take up to 256MiB, and the page cache of the disk tier"
                        + " counts against the same limit: a quarter leaves both their room.")
        long budgetBytes,

        @Setting(
                value = "auto",
                min = "0",
                max = "1TiB",
                meaning = "Of memory.budgetBytes, what the memory tier may keep; the rest is for blocks under way."
                        + " 0 switches the memory tier off. auto is half of the budget.",
                reason = "Blocks that are complete on disk come from the page cache anyway; half of the budget keeps"
                        + " what the disk has not taken yet and never starves a fetch of its buffer.")
        long tierBytes,

        @Setting(
                value = "false",
                meaning = "Whether to remember where each buffer was taken, so that the log can name the place of one"
                        + " that is never given back.",
                reason = "A stack costs some microseconds a buffer: for looking into a leak, not for every day.")
        boolean watchLeases) {

    public static final MemoryConfig DEFAULT = Settings.defaults(MemoryConfig.class);

    /** The pool's largest buffer: one block must always find room beside the memory tier. */
    private static final long LARGEST_BUFFER_BYTES = 16L << 20;

    public MemoryConfig {
        budgetBytes = budgetBytes == Setting.AUTO ? MemoryLimit.ofThisProcess().budgetBytes() : budgetBytes;
        tierBytes = tierBytes == Setting.AUTO ? budgetBytes / 2 : tierBytes;
        Check.of(MemoryConfig.class)
                .range("budgetBytes", budgetBytes)
                .range("tierBytes", tierBytes)
                .rule(
                        tierBytes <= budgetBytes - LARGEST_BUFFER_BYTES,
                        "tierBytes",
                        "must leave 16MiB of memory.budgetBytes (" + Quantity.bytes(budgetBytes) + ")",
                        tierBytes)
                .done();
    }
}
