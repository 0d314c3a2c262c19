/** Who is in the mesh, worked out from pods and nodes. */
@NullMarked
package io.blobcache.operator.members;

import org.jspecify.annotations.NullMarked;
