/** Agents of one cluster that serve each other: opens the two sides, asking and lending. */
@NullMarked
package io.blobcache.node.mesh;

import org.jspecify.annotations.NullMarked;
