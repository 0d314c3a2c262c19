package io.blobcache.node.fuse;

/** Whether a call may wait for something slower than memory: a disk, a network. */
public enum Patience {
    NONE,
    WAIT,

    /** As WAIT, for a call that was made with NONE before and would have had to wait. */
    AGAIN
}
