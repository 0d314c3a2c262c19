package io.blobcache.node.mesh.wire;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.blobcache.proto.GetContentResponse;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Writes content as {@link GetContentResponse}, straight out of its buffer. */
final class ContentPieceWriter implements Marshaller<ContentPiece> {

    @Override
    public InputStream stream(ContentPiece piece) {
        try {
            return new PassingMessage(header(piece), piece);
        } catch (IOException e) {
            throw new UncheckedIOException("an array of its exact size holds a message", e);
        }
    }

    @Override
    public ContentPiece parse(InputStream stream) {
        throw new UnsupportedOperationException("a server reads no responses");
    }

    private static byte[] header(ContentPiece piece) throws IOException {
        int content = GetContentResponse.CONTENT_FIELD_NUMBER;
        int okBytes = piece.ok() ? CodedOutputStream.computeBoolSize(GetContentResponse.OK_FIELD_NUMBER, true) : 0;
        int contentBytes = piece.lengthBytes() == 0
                ? 0
                : CodedOutputStream.computeTagSize(content)
                        + CodedOutputStream.computeUInt32SizeNoTag(piece.lengthBytes());
        byte[] bytes = new byte[okBytes + contentBytes];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        if (piece.ok()) {
            out.writeBool(GetContentResponse.OK_FIELD_NUMBER, true);
        }
        if (piece.lengthBytes() > 0) {
            out.writeTag(content, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            out.writeUInt32NoTag(piece.lengthBytes());
        }
        return bytes;
    }
}
