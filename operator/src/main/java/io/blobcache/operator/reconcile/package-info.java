/** The loop: what is seen, what is wanted, what is told. */
@NullMarked
package io.blobcache.operator.reconcile;

import org.jspecify.annotations.NullMarked;
