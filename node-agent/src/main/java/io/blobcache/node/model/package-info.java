/** What the layers talk about: blobs, blocks and the ways in which reading them fails. No input or output. */
@NullMarked
package io.blobcache.node.model;

import org.jspecify.annotations.NullMarked;
