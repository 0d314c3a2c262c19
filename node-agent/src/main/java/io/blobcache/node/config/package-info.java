/** The configuration of one agent: one sealed record per layer, each value with its reason. */
@NullMarked
package io.blobcache.node.config;

import org.jspecify.annotations.NullMarked;
