/** The only downcalls: system calls through the foreign function interface. */
@NullMarked
package io.blobcache.node.posix;

import org.jspecify.annotations.NullMarked;
