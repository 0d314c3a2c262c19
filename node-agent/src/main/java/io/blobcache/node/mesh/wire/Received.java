package io.blobcache.node.mesh.wire;

import io.blobcache.proto.v1.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * What one response brought; its content is where it belongs already.
 *
 * @param bytes  of content; 0 if the block is still on its way
 * @param sha256 as it came, of any length; {@code null} if it is not the last response
 */
public record Received(int bytes, byte @Nullable [] sha256, Refusal refusal) {}
