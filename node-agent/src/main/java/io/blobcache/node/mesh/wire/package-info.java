/** What agents say to each other, byte for byte: the messages of {@code blobcache.v1.Peer} without a copy to spare. */
@NullMarked
package io.blobcache.node.mesh.wire;

import org.jspecify.annotations.NullMarked;
