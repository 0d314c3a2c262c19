/**
 * The custom resources as Java types. The schema in {@code crds/src/main/crds} is made from them; what a field means, its
 * default and its bounds are said here and nowhere else. Sections that tune an agent have the names, the keys and the
 * defaults of its configuration file, which a test compares.
 */
@NullMarked
package io.blobcache.crd;

import org.jspecify.annotations.NullMarked;
