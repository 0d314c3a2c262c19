/** Blocks kept in pooled memory. */
@NullMarked
package io.blobcache.node.tier.memory;

import org.jspecify.annotations.NullMarked;
