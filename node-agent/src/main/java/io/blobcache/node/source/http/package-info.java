/** Files behind HTTP: one, or those that a manifest lists. */
@NullMarked
package io.blobcache.node.source.http;

import org.jspecify.annotations.NullMarked;
