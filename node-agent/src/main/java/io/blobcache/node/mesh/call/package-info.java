/** A call of gRPC as its server sees it: one request, a thread that may wait, responses no faster than they are taken. */
@NullMarked
package io.blobcache.node.mesh.call;

import org.jspecify.annotations.NullMarked;
