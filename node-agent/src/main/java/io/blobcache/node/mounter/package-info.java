/** The privileged side: mounting, holding /dev/fuse, registering backing files. */
@NullMarked
package io.blobcache.node.mounter;

import org.jspecify.annotations.NullMarked;
