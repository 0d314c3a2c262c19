/** How agents are, asked at their own endpoints. */
@NullMarked
package io.blobcache.operator.agents;

import org.jspecify.annotations.NullMarked;
