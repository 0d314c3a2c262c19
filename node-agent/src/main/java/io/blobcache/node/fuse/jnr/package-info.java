/** The same file system over libfuse 2, by jnr-fuse. */
@NullMarked
package io.blobcache.node.fuse.jnr;

import org.jspecify.annotations.NullMarked;
