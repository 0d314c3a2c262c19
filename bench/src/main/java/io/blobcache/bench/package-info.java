/** Benchmarks of the data path, and the clients that {@code bench/run} compares mounts with. */
@NullMarked
package io.blobcache.bench;

import org.jspecify.annotations.NullMarked;
