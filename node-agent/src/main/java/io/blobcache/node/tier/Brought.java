package io.blobcache.node.tier;

/** Who brought a block. */
enum Brought {
    BY_SOURCE,
    /** Peers were asked before, in vain. */
    BY_SOURCE_AFTER_PEERS,
    BY_PEER
}
