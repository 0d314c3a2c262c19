/** Which members are asked for which piece of a blob: weighted rendezvous hashing, the same on every node. */
@NullMarked
package io.blobcache.node.mesh.placement;

import org.jspecify.annotations.NullMarked;
