package io.blobcache.node.fuse;

/** An inode found by name. The kernel may believe the name for the session's entry timeout. */
public record FuseEntry(long inode, FuseAttributes attributes) {}
