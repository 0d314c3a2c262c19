/** Blocks kept on local disk: one sparse file and one sidecar a blob. */
@NullMarked
package io.blobcache.node.tier.disk;

import org.jspecify.annotations.NullMarked;
