package io.blobcache.node.mesh.client;

/** How a peer answered a request for a block. */
sealed interface Answer {

    /** The whole block is in its place and its digest fits. */
    record Here() implements Answer {}

    /** It lives, and has no time or not the block. */
    enum Refused implements Answer {
        BUSY,
        NOT_HELD
    }

    /** No answer, or none that helps: connection, time limit, or what its source says. */
    record Failed(String reason) implements Answer {}

    /** Bytes that are not the block: wrong digest, wrong length, no digest. */
    record Lied(String reason) implements Answer {}
}
