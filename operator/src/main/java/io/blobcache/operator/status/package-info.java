/** What is told of a resource: conditions, counts, events; worked out from what was seen. */
@NullMarked
package io.blobcache.operator.status;

import org.jspecify.annotations.NullMarked;
