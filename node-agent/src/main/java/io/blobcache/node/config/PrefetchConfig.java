package io.blobcache.node.config;

/**
 * Fetching ahead of a reader that reads in order.
 *
 * @param windowBytes how far ahead of a reader blocks are fetched at most; 0 switches it off
 * @param workers     blocks being fetched ahead at once, over all readers
 */
public record PrefetchConfig(long windowBytes, int workers) {
    public static final PrefetchConfig DEFAULT = new PrefetchConfig(64L << 20, 4);
}
