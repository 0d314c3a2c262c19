/** The levels of the cache and the one loop that decides between them. */
@NullMarked
package io.blobcache.node.tier;

import org.jspecify.annotations.NullMarked;
