/** What is wanted of a resource, worked out from it and nothing else: no input and output, no clock. */
@NullMarked
package io.blobcache.operator.plan;

import org.jspecify.annotations.NullMarked;
