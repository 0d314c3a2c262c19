package io.blobcache.node.mesh.wire;

import io.blobcache.proto.v1.ReadBlockResponse;
import io.blobcache.proto.v1.Refusal;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Writes pieces of a block as {@link ReadBlockResponse}, with the content straight out of its buffer. */
final class BlockPieceWriter implements Marshaller<BlockPiece> {

    @Override
    public InputStream stream(BlockPiece piece) {
        try {
            return new SegmentMessage(before(piece), piece.content(), after(piece));
        } catch (IOException e) {
            throw new UncheckedIOException("an array of its exact size holds a message", e);
        }
    }

    @Override
    public BlockPiece parse(InputStream stream) {
        throw new UnsupportedOperationException("a server reads no responses");
    }

    private static byte[] before(BlockPiece piece) throws IOException {
        return SegmentMessage.header(ReadBlockResponse.CONTENT_FIELD_NUMBER, piece.content());
    }

    private static byte[] after(BlockPiece piece) {
        ReadBlockResponse.Builder rest = ReadBlockResponse.newBuilder();
        if (!piece.sha256().isEmpty()) {
            rest.setSha256(piece.sha256());
        }
        if (piece.refusal() != Refusal.REFUSAL_NONE) {
            rest.setRefusal(piece.refusal());
        }
        piece.elsewhere().ifPresent(rest::setElsewhere);
        return rest.build().toByteArray();
    }
}
