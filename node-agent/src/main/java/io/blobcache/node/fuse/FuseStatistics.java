package io.blobcache.node.fuse;

/** What statfs(2) tells: no free space, because nothing can be written; answered without asking a source. */
public record FuseStatistics(long blocks, long files, int blockBytes, int maxNameBytes) {}
