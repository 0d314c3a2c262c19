/** What the operator makes of a resource, one class for each object. */
@NullMarked
package io.blobcache.operator.dependent;

import org.jspecify.annotations.NullMarked;
