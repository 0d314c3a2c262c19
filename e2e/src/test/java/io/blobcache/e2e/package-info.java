/** What a user of the whole thing sees, good days and bad ones; each class is one story. */
@NullMarked
package io.blobcache.e2e;

import org.jspecify.annotations.NullMarked;
