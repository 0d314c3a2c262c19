/** What {@code blobcache demo} reads: a bucket inside this process, with contents that anybody can check. */
@NullMarked
package io.blobcache.node.demo;

import org.jspecify.annotations.NullMarked;
