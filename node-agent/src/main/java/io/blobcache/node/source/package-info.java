/** Where blobs come from: listing, attributes and ranged reads. */
@NullMarked
package io.blobcache.node.source;

import org.jspecify.annotations.NullMarked;
