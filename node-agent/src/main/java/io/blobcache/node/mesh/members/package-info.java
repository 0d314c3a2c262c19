/** Who is in the mesh: the list of members, the file that it is read from, and the watch over that file. */
@NullMarked
package io.blobcache.node.mesh.members;

import org.jspecify.annotations.NullMarked;
