/** Fetching ahead of a reader that reads in order. */
@NullMarked
package io.blobcache.node.prefetch;

import org.jspecify.annotations.NullMarked;
