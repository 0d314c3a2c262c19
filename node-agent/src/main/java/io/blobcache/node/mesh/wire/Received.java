package io.blobcache.node.mesh.wire;

import com.google.protobuf.ByteString;
import io.blobcache.proto.v1.Elsewhere;
import io.blobcache.proto.v1.Refusal;
import java.util.Optional;

/**
 * What one response brought; its content is where it belongs already.
 *
 * @param bytes  of content; 0 if the block is still on its way
 * @param sha256 as it came, of any length; empty if there is none: only the last response has it
 * @param elsewhere who else has the block; with a refusal only
 */
public record Received(int bytes, ByteString sha256, Refusal refusal, Optional<Elsewhere> elsewhere) {}
