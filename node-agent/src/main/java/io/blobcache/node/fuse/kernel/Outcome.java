package io.blobcache.node.fuse.kernel;

/** What became of a request when it was handled. */
enum Outcome {
    /** The reply is complete. */
    REPLY,
    /** Done, and the protocol wants no reply. */
    NO_REPLY,
    /** It has to wait for a source: to be handled again where waiting is allowed. */
    MUST_WAIT
}
