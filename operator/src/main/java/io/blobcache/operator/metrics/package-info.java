/** What the process counts of itself; no label names a resource. */
@NullMarked
package io.blobcache.operator.metrics;

import org.jspecify.annotations.NullMarked;
