package io.blobcache.node.fuse;

/** Whether a call may wait for something slower than the local disk. */
public enum Patience {
    NONE,
    WAIT
}
