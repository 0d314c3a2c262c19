/** What the stories are told with: the agent, servers, disks and readers, each cleaned up when a test ends. */
@NullMarked
package io.blobcache.e2e.rig;

import org.jspecify.annotations.NullMarked;
