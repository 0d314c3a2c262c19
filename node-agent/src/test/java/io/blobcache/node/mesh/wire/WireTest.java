package io.blobcache.node.mesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.blobcache.proto.v1.Elsewhere;
import io.blobcache.proto.v1.ReadBlockResponse;
import io.blobcache.proto.v1.Refusal;
import io.grpc.Drainable;
import io.grpc.HasByteBuffer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What we write by hand is what the generated classes read, and the other way round. */
class WireTest {
    private final BlockPieceWriter writer = new BlockPieceWriter();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 65_535, 65_536, 65_537, 200_000})
    void aPieceIsReadByTheGeneratedClass(int length) throws IOException {
        byte[] content = random(length);
        BlockPiece piece = BlockPiece.of(MemorySegment.ofArray(content));

        ReadBlockResponse drained = ReadBlockResponse.parseFrom(drained(writer.stream(piece)));
        ReadBlockResponse read =
                ReadBlockResponse.parseFrom(writer.stream(piece).readAllBytes());

        assertThat(drained.getContent().toByteArray()).isEqualTo(content);
        assertThat(read).isEqualTo(drained);
        assertThat(writer.stream(piece).available()).isEqualTo(drained.getSerializedSize());
    }

    @Test
    void digestsAndRefusalsAreReadByTheGeneratedClass() throws IOException {
        ByteString digest = ByteString.copyFrom(random(32));

        assertThat(ReadBlockResponse.parseFrom(drained(writer.stream(BlockPiece.last(digest)))))
                .isEqualTo(ReadBlockResponse.newBuilder().setSha256(digest).build());
        assertThat(ReadBlockResponse.parseFrom(drained(writer.stream(BlockPiece.refused(Refusal.REFUSAL_NOT_HELD)))))
                .isEqualTo(ReadBlockResponse.newBuilder()
                        .setRefusal(Refusal.REFUSAL_NOT_HELD)
                        .build());
        assertThat(drained(writer.stream(BlockPiece.COMING))).isEmpty();
    }

    @Test
    void whoElseHasTheBlockArrivesAsItWasSaid() throws IOException {
        Elsewhere elsewhere = Elsewhere.newBuilder()
                .addMemberIds("one")
                .addMemberIds("two")
                .setSha256(ByteString.copyFrom(random(32)))
                .build();

        Received received = new ArrivingBlock(MemorySegment.NULL, 0).parse(writer.stream(BlockPiece.busy(elsewhere)));

        assertThat(received.refusal()).isEqualTo(Refusal.REFUSAL_BUSY);
        assertThat(received.elsewhere()).contains(elsewhere);
    }

    @Test
    void contentGoesToItsPlacePieceByPiece() {
        byte[] content = random(100_000);
        MemorySegment place = MemorySegment.ofArray(new byte[content.length]);
        ArrivingBlock block = new ArrivingBlock(place, content.length);

        Received first = block.parse(message(ByteString.copyFrom(content, 0, 60_000), ByteString.EMPTY));
        Received last =
                block.parse(message(ByteString.copyFrom(content, 60_000, 40_000), ByteString.copyFromUtf8("d")));

        assertThat(first).isEqualTo(new Received(60_000, ByteString.EMPTY, Refusal.REFUSAL_NONE, Optional.empty()));
        assertThat(last.sha256().toStringUtf8()).isEqualTo("d");
        assertThat(block.arrivedBytes()).isEqualTo(content.length);
        assertThat(place.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(content);
    }

    @Test
    void fieldsOfLaterVersionsAndTheirRefusalsAreUnderstood() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeString(15, "what came later");
        out.writeFixed64(16, 7);
        out.writeFixed32(17, 7);
        out.writeUInt64(18, Long.MAX_VALUE);
        out.writeEnum(ReadBlockResponse.REFUSAL_FIELD_NUMBER, 99);
        out.flush();

        Received received =
                new ArrivingBlock(MemorySegment.NULL, 0).parse(new ByteArrayInputStream(bytes.toByteArray()));

        assertThat(received.refusal()).as("the next peer is asked").isEqualTo(Refusal.REFUSAL_BUSY);
    }

    @Test
    void moreThanTheBlockIsRefusedBeforeAByteIsWritten() {
        byte[] room = new byte[200];
        ArrivingBlock block = new ArrivingBlock(MemorySegment.ofArray(room), 100);

        assertThat(block.complaint()).isEmpty();
        block.parse(message(ByteString.copyFrom(random(101)), ByteString.EMPTY));

        assertThat(block.complaint()).contains("101 bytes after 0 of a block of 100");
        assertThat(room).containsOnly(0);
    }

    @Test
    void nothingIsWrittenAfterItWasAbandoned() {
        byte[] room = new byte[100];
        ArrivingBlock block = new ArrivingBlock(MemorySegment.ofArray(room), 100);

        block.abandon();
        block.parse(message(ByteString.copyFrom(random(100)), ByteString.EMPTY));

        assertThat(room).containsOnly(0);
        assertThat(block.arrivedBytes()).isZero();
    }

    /** Cut at every place: never a hang or a crash. */
    @Test
    void aMessageThatIsCutIsFoundOut() {
        byte[] whole = ReadBlockResponse.newBuilder()
                .setContent(ByteString.copyFrom(random(50)))
                .setSha256(ByteString.copyFrom(random(32)))
                .build()
                .toByteArray();
        for (int length = 1; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            ArrivingBlock block = new ArrivingBlock(MemorySegment.ofArray(new byte[50]), 50);
            if (length != 52) { // There, a shorter message ends as it should.
                block.parse(new ByteArrayInputStream(cut));
                assertThat(block.complaint()).as("cut after %d bytes", length).isNotEmpty();
            }
        }
    }

    /** As the transport's composed buffers do at times. */
    @Test
    void contentThatTheTransportShowsOnlyNowAndThenComesWhole() {
        byte[] content = random(100_000);
        byte[] message = ReadBlockResponse.newBuilder()
                .setContent(ByteString.copyFrom(content))
                .build()
                .toByteArray();
        byte[] room = new byte[content.length];
        ArrivingBlock block = new ArrivingBlock(MemorySegment.ofArray(room), room.length);

        block.parse(new Shy(message));

        assertThat(block.complaint()).isEmpty();
        assertThat(room).isEqualTo(content);
    }

    /** Shows nothing at every second look, and little at the others. */
    private static final class Shy extends ByteArrayInputStream implements HasByteBuffer {
        private int looks;

        Shy(byte[] message) {
            super(message);
        }

        @Override
        public boolean byteBufferSupported() {
            return true;
        }

        @Override
        public ByteBuffer getByteBuffer() {
            int shown = looks++ % 2 == 0 ? 0 : Math.min(1_000, available());
            return ByteBuffer.wrap(buf, pos, shown).asReadOnlyBuffer();
        }
    }

    private static InputStream message(ByteString content, ByteString sha256) {
        return new ByteArrayInputStream(ReadBlockResponse.newBuilder()
                .setContent(content)
                .setSha256(sha256)
                .build()
                .toByteArray());
    }

    private static byte[] drained(InputStream stream) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ((Drainable) stream).drainTo(out);
        return out.toByteArray();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
