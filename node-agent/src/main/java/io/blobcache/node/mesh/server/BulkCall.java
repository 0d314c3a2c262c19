package io.blobcache.node.mesh.server;

import com.google.protobuf.InvalidProtocolBufferException;
import io.blobcache.node.mesh.wire.BlockPiece;
import io.blobcache.node.mesh.wire.BulkFrame;
import io.blobcache.node.mesh.wire.BulkFrame.Kind;
import io.blobcache.node.mesh.wire.Stalls;
import io.blobcache.proto.v1.Elsewhere;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.blobcache.proto.v1.Refusal;
import io.grpc.Status;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** One bulk connection: requests one after the other, each answered by the lender. By one thread. */
final class BulkCall implements Lender.Responses {
    private static final int MAX_BLOCK_BYTES = 16 << 20;

    private final SocketChannel client;
    private final Lender lender;
    private final Stalls stalls;
    private final Duration patience;
    private final ByteBuffer small = ByteBuffer.allocateDirect(BulkFrame.MAX_TEXT_BYTES + 2 * BulkFrame.HEAD_BYTES);
    private ReadBlockRequest request = ReadBlockRequest.getDefaultInstance();

    BulkCall(SocketChannel client, Lender lender, Stalls stalls, Duration patience) {
        this.client = client;
        this.lender = lender;
        this.stalls = stalls;
        this.patience = patience;
    }

    /** Waits for the next request. @return false if the client is gone */
    boolean next() throws IOException {
        try {
            int bytes = nextBytes();
            try (Stalls.Watch _ = stalls.watch(client, patience)) {
                request = ReadBlockRequest.parseFrom(BulkFrame.fill(client, ByteBuffer.allocate(bytes)));
                return true;
            }
        } catch (EOFException _) {
            return false;
        } catch (InvalidProtocolBufferException e) {
            throw new IOException("a request cannot be read", e);
        }
    }

    private int nextBytes() throws IOException {
        try (Stalls.Watch _ = stalls.watch(client, BulkServer.IDLE)) {
            BulkFrame frame = BulkFrame.read(client, small);
            if (frame.kind() != Kind.REQUEST || frame.length() > BulkFrame.MAX_REQUEST_BYTES) {
                throw new IOException("no request: " + frame);
            }
            return frame.length();
        }
    }

    void answer() throws IOException, InterruptedException {
        try {
            Status end = lender.lend(request, this);
            if (!end.isOk()) {
                failed(end);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** A block goes out in as few calls of the system as it takes. */
    @Override
    public int pieceBytes() {
        return MAX_BLOCK_BYTES;
    }

    @Override
    public void send(BlockPiece piece) {
        try (Stalls.Watch watch = stalls.watch(client, patience)) {
            if (piece.refusal() != Refusal.REFUSAL_NONE) {
                refused(watch, piece);
            } else if (!piece.sha256().isEmpty()) {
                write(watch, new BulkFrame(Kind.DIGEST, piece.sha256().size()).head(small));
                write(watch, piece.sha256().asReadOnlyByteBuffer());
            } else if (piece.content().byteSize() == 0) {
                write(watch, new BulkFrame(Kind.COMING, 0).head(small));
            } else {
                ByteBuffer content = piece.content().asByteBuffer();
                write(watch, new BulkFrame(Kind.CONTENT, content.remaining()).head(small));
                write(watch, content);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the peer is gone", e);
        }
    }

    private void refused(Stalls.Watch watch, BlockPiece piece) throws IOException {
        byte[] elsewhere = piece.elsewhere().map(Elsewhere::toByteArray).orElseGet(() -> new byte[0]);
        write(watch, new BulkFrame(Kind.REFUSED, Integer.BYTES + elsewhere.length).head(small));
        write(
                watch,
                small.clear().putInt(piece.refusal().getNumber()).put(elsewhere).flip());
    }

    private void failed(Status end) throws IOException {
        byte[] text = String.valueOf(end.getDescription()).getBytes(StandardCharsets.UTF_8);
        int bytes = Math.min(text.length, BulkFrame.MAX_TEXT_BYTES);
        try (Stalls.Watch watch = stalls.watch(client, patience)) {
            write(watch, new BulkFrame(Kind.FAILED, Integer.BYTES + bytes).head(small));
            write(
                    watch,
                    small.clear()
                            .putInt(end.getCode().value())
                            .put(text, 0, bytes)
                            .flip());
        }
    }

    private void write(Stalls.Watch watch, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            client.write(bytes);
            watch.moved();
        }
    }
}
