/** The public service {@code blobcache.BlobCache}: stored content for clients and for agents. */
@NullMarked
package io.blobcache.node.mesh.content;

import org.jspecify.annotations.NullMarked;
