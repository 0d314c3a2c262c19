/** The commands. */
@NullMarked
package io.blobcache.node.cli;

import org.jspecify.annotations.NullMarked;
