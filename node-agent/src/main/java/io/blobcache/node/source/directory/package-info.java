/** Files of a mounted file system. */
@NullMarked
package io.blobcache.node.source.directory;

import org.jspecify.annotations.NullMarked;
