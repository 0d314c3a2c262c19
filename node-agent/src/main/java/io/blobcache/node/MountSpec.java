package io.blobcache.node;

import io.blobcache.node.source.SourceAddress;
import java.nio.file.Path;

/**
 * What one agent serves and where.
 *
 * @param directory an existing empty directory to mount on
 * @param state     directory of this agent alone: disk tier, listings, log
 */
public record MountSpec(SourceAddress source, Path directory, Path state) {}
