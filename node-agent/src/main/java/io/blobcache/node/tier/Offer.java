package io.blobcache.node.tier;

/** A tier's answer to a block that it is offered. */
public enum Offer {
    TAKEN,
    /** Not now: too much is being written. The same offer may succeed a moment later. */
    BUSY,
    /** Not at all: switched off, full, broken, or it has the block already. */
    DECLINED
}
