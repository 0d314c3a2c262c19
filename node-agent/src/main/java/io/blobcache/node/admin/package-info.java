/** Health, readiness and metrics over HTTP on loopback. */
@NullMarked
package io.blobcache.node.admin;

import org.jspecify.annotations.NullMarked;
