/** The FUSE kernel protocol over /dev/fuse. */
@NullMarked
package io.blobcache.node.fuse.kernel;

import org.jspecify.annotations.NullMarked;
