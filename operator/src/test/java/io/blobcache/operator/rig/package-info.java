/** An operator and a real cluster for tests. */
@NullMarked
package io.blobcache.operator.rig;

import org.jspecify.annotations.NullMarked;
