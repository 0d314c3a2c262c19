package io.blobcache.node.mesh.wire;

import com.google.protobuf.ByteString;
import io.blobcache.proto.v1.Elsewhere;
import io.blobcache.proto.v1.Refusal;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * One response to a read of a block.
 *
 * @param content the next bytes; borrowed until the message is sent, which copies them
 * @param sha256  of the whole block; in the last response only, empty in others
 * @param elsewhere who else has the block; with a refusal only
 */
public record BlockPiece(MemorySegment content, ByteString sha256, Refusal refusal, Optional<Elsewhere> elsewhere) {

    /** The block is on its way: says that this agent is alive, and nothing else. */
    public static final BlockPiece COMING =
            new BlockPiece(MemorySegment.NULL, ByteString.EMPTY, Refusal.REFUSAL_NONE, Optional.empty());

    public static BlockPiece of(MemorySegment content) {
        return new BlockPiece(content, ByteString.EMPTY, Refusal.REFUSAL_NONE, Optional.empty());
    }

    public static BlockPiece last(ByteString sha256) {
        return new BlockPiece(MemorySegment.NULL, sha256, Refusal.REFUSAL_NONE, Optional.empty());
    }

    public static BlockPiece refused(Refusal refusal) {
        return new BlockPiece(MemorySegment.NULL, ByteString.EMPTY, refusal, Optional.empty());
    }

    /** Too many want it now. */
    public static BlockPiece busy(Elsewhere elsewhere) {
        return new BlockPiece(MemorySegment.NULL, ByteString.EMPTY, Refusal.REFUSAL_BUSY, Optional.of(elsewhere));
    }
}
