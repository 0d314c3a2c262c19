/** What a mounted file system implements, in the kernel's words; knows no blob. */
@NullMarked
package io.blobcache.node.fuse;

import org.jspecify.annotations.NullMarked;
