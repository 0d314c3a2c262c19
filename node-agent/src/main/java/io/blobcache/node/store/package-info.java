/**
 * Stored content: bytes that a client gave, named by their SHA-256, durable when they are acknowledged and compared with
 * their digests before they are served.
 */
@NullMarked
package io.blobcache.node.store;

import org.jspecify.annotations.NullMarked;
