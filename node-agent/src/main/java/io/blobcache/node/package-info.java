/** The node agent: wiring of the layers and the entry point. */
@NullMarked
package io.blobcache.node;

import org.jspecify.annotations.NullMarked;
