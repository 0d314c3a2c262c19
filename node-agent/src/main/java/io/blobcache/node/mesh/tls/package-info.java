/** Who may speak in the mesh: certificates of both sides, and what each role may call. */
@NullMarked
package io.blobcache.node.mesh.tls;

import org.jspecify.annotations.NullMarked;
