/** When a warmup runs, what agents are told of it and what is told of them: worked out, without input or output. */
@NullMarked
package io.blobcache.operator.warmup;

import org.jspecify.annotations.NullMarked;
