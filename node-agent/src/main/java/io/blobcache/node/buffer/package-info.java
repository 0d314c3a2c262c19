/** Off-heap memory of the data path: pooled, counted, bounded. */
@NullMarked
package io.blobcache.node.buffer;

import org.jspecify.annotations.NullMarked;
