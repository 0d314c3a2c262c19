/**
 * Fetching ahead of readers. Each open file has a {@link io.blobcache.node.prefetch.ReadWindow} that follows its readers
 * and says which block is next; a few workers ask them in turn. No block is queued anywhere, so what is no longer wanted
 * is never fetched.
 */
@NullMarked
package io.blobcache.node.prefetch;

import org.jspecify.annotations.NullMarked;
