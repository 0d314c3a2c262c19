package io.blobcache.node.mesh.client;

import com.google.protobuf.ByteString;
import io.blobcache.proto.v1.Elsewhere;
import java.util.Optional;

/** How a peer answered a request for a block. */
sealed interface Answer {

    /**
     * The whole block is in its place and its digest fits.
     *
     * @param sha256 of the block
     */
    record Here(ByteString sha256) implements Answer {}

    /**
     * It lives, and has no time.
     *
     * @param elsewhere who else has the block; empty if waiting for this peer may be of no use
     */
    record Busy(Optional<Elsewhere> elsewhere) implements Answer {}

    /** It was asked only for what it holds. */
    record NotHeld() implements Answer {}

    /** No answer, or none that helps: connection, time limit, or what its source says. */
    record Failed(String reason) implements Answer {}

    /** Bytes that are not the block: wrong digest, wrong length, no digest. */
    record Lied(String reason) implements Answer {}
}
