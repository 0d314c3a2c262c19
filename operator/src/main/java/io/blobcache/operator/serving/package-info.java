/** The process's own endpoint: probes and metrics. */
@NullMarked
package io.blobcache.operator.serving;

import org.jspecify.annotations.NullMarked;
