/** What an agent in a pod hears from the API server, which it never depends on. */
@NullMarked
package io.blobcache.node.kubernetes;

import org.jspecify.annotations.NullMarked;
