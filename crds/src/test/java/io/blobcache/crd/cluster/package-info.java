/** A real API server for tests, of this module and of the operator's. */
@NullMarked
package io.blobcache.crd.cluster;

import org.jspecify.annotations.NullMarked;
