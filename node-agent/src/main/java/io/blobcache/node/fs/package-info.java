/** The name space: paths, inodes, handles and listings of a source, read-only. */
@NullMarked
package io.blobcache.node.fs;

import org.jspecify.annotations.NullMarked;
