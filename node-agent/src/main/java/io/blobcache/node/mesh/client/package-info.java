/** Asking peers for blocks: whom, for how long, and what to believe. */
@NullMarked
package io.blobcache.node.mesh.client;

import org.jspecify.annotations.NullMarked;
