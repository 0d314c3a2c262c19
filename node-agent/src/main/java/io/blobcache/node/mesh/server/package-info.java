/** What this agent does for its peers: lends them blocks, within its limits. */
@NullMarked
package io.blobcache.node.mesh.server;

import org.jspecify.annotations.NullMarked;
