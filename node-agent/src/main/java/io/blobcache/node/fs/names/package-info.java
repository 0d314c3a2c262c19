/** What stands at a path: listings and single answers of the source, their age, and a source that is away. */
@NullMarked
package io.blobcache.node.fs.names;

import org.jspecify.annotations.NullMarked;
