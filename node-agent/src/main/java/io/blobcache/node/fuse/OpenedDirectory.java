package io.blobcache.node.fuse;

/**
 * The answer to an opendir.
 *
 * @param handle    given back in each readdir and in releasedir
 * @param keepCache whether entries that the kernel has cached of this directory are still the listing
 */
public record OpenedDirectory(long handle, boolean keepCache) {}
