/** Listings of directories: which names are shown, in what order, and where they are kept. */
@NullMarked
package io.blobcache.node.fs.listing;

import org.jspecify.annotations.NullMarked;
