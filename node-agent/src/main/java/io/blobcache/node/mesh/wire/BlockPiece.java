package io.blobcache.node.mesh.wire;

import com.google.protobuf.ByteString;
import io.blobcache.proto.v1.Refusal;
import java.lang.foreign.MemorySegment;

/**
 * One response to a read of a block.
 *
 * @param content the next bytes; borrowed until the message is sent, which copies them
 * @param sha256  of the whole block; in the last response only, empty in others
 */
public record BlockPiece(MemorySegment content, ByteString sha256, Refusal refusal) {

    /** The block is on its way: says that this agent is alive, and nothing else. */
    public static final BlockPiece COMING = new BlockPiece(MemorySegment.NULL, ByteString.EMPTY, Refusal.REFUSAL_NONE);

    public static BlockPiece of(MemorySegment content) {
        return new BlockPiece(content, ByteString.EMPTY, Refusal.REFUSAL_NONE);
    }

    public static BlockPiece last(ByteString sha256) {
        return new BlockPiece(MemorySegment.NULL, sha256, Refusal.REFUSAL_NONE);
    }

    public static BlockPiece refused(Refusal refusal) {
        return new BlockPiece(MemorySegment.NULL, ByteString.EMPTY, refusal);
    }
}
