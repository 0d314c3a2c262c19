/**
 * How one call to a source becomes requests: attempts, pauses, deadlines, limits and the checks of what came back. What
 * S3 and HTTP share stands here once.
 */
@NullMarked
package io.blobcache.node.source.request;

import org.jspecify.annotations.NullMarked;
