package io.blobcache.node.store;

import java.util.OptionalLong;

/** Other agents that may have a content which this one lacks. Thread-safe. */
@FunctionalInterface
public interface Elsewhere {

    /** Bytes of a content that one of them has; empty if those that were asked have it not. Waits for the network. */
    OptionalLong lengthOf(String digest);
}
