/** What the process is told by its environment. */
@NullMarked
package io.blobcache.operator.settings;

import org.jspecify.annotations.NullMarked;
