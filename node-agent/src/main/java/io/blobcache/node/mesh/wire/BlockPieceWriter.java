package io.blobcache.node.mesh.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.blobcache.proto.v1.ReadBlockResponse;
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

    private static byte[] after(BlockPiece piece) throws IOException {
        ByteString sha256 = piece.sha256();
        int refusal = piece.refusal().getNumber();
        int digestBytes = sha256.isEmpty()
                ? 0
                : CodedOutputStream.computeBytesSize(ReadBlockResponse.SHA256_FIELD_NUMBER, sha256);
        int refusalBytes =
                refusal == 0 ? 0 : CodedOutputStream.computeEnumSize(ReadBlockResponse.REFUSAL_FIELD_NUMBER, refusal);
        byte[] bytes = new byte[digestBytes + refusalBytes];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        if (!sha256.isEmpty()) {
            out.writeBytes(ReadBlockResponse.SHA256_FIELD_NUMBER, sha256);
        }
        if (refusal != 0) {
            out.writeEnum(ReadBlockResponse.REFUSAL_FIELD_NUMBER, refusal);
        }
        return bytes;
    }
}
