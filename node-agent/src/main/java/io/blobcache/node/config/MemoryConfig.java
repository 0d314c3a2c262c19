package io.blobcache.node.config;

/**
 * Off-heap memory of the data path.
 *
 * @param budgetBytes all buffers together: blocks under way and blocks kept
 * @param tierBytes   of these, what the memory tier may keep; the rest is for blocks under way
 */
public record MemoryConfig(long budgetBytes, long tierBytes) {
    public static final MemoryConfig DEFAULT = new MemoryConfig(512L << 20, 256L << 20);
}
