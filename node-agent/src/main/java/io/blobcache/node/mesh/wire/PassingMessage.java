package io.blobcache.node.mesh.wire;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A message whose last field passes through a small buffer while it is written. */
final class PassingMessage extends InputStream implements Drainable, KnownLength {
    private final byte[] before;
    private final ContentPiece piece;
    private @Nullable InputStream whole;
    private boolean drained;

    PassingMessage(byte[] before, ContentPiece piece) {
        this.before = before;
        this.piece = piece;
    }

    /** Once. */
    @Override
    public int drainTo(OutputStream target) throws IOException {
        target.write(before);
        MemorySegment buffer = piece.buffer();
        int ready = piece.readyBytes();
        for (int done = 0; done < piece.lengthBytes(); done += ready) {
            if (done > 0 || ready == 0) {
                ready = (int) Math.min(buffer.byteSize(), piece.lengthBytes() - done);
                piece.rest().read(done, buffer.asSlice(0, ready));
            }
            SegmentMessage.write(buffer.asSlice(0, ready), target);
        }
        drained = true;
        return before.length + piece.lengthBytes();
    }

    @Override
    public int available() throws IOException {
        return whole == null ? drained ? 0 : before.length + piece.lengthBytes() : whole.available();
    }

    @Override
    public int read() throws IOException {
        return whole().read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        return whole().read(into, offset, length);
    }

    /** For transports that do not drain. gRPC's do. */
    private InputStream whole() throws IOException {
        InputStream known = whole;
        if (known == null) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            drainTo(bytes);
            known = new ByteArrayInputStream(bytes.toByteArray());
            whole = known;
        }
        return known;
    }
}
