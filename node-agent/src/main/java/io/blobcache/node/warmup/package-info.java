/** Blobs that are fetched into the disk tier before somebody reads them. */
@NullMarked
package io.blobcache.node.warmup;

import org.jspecify.annotations.NullMarked;
