/**
 * Scenarios on a real cluster: one short class each, tagged {@code cluster}. {@code e2e/run} builds and loads what they
 * need and runs them.
 */
@NullMarked
package io.blobcache.e2e.cluster;

import org.jspecify.annotations.NullMarked;
