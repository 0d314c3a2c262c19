/** Every metric, defined once, with its unit and meaning. */
@NullMarked
package io.blobcache.node.metrics;

import org.jspecify.annotations.NullMarked;
