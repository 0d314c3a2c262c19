/** The control plane: one reconciler, and the process around it. */
@NullMarked
package io.blobcache.operator;

import org.jspecify.annotations.NullMarked;
