package io.blobcache.node.mesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.blobcache.node.model.BlobException;
import io.blobcache.proto.GetContentResponse;
import io.blobcache.proto.StoreContentRequest;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our marshallers and the generated classes write and read the same bytes. */
class ContentWireTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 4095, 4096, 4097, 300_000})
    void aResponseIsWhatTheGeneratedClassWrites(int length) throws IOException {
        byte[] content = random(length);
        byte[] expected = GetContentResponse.newBuilder()
                .setOk(true)
                .setContent(ByteString.copyFrom(content))
                .build()
                .toByteArray();

        assertThat(drained(piece(content, 4096))).isEqualTo(expected);
        try (InputStream read = stream(piece(content, 4096))) {
            assertThat(read.readAllBytes()).isEqualTo(expected);
        }
        assertThat(GetContentResponse.parseFrom(expected).getContent().toByteArray())
                .isEqualTo(content);
    }

    @Test
    void anAbsentContentIsTheEmptyMessage() throws IOException {
        assertThat(drained(ContentPiece.ABSENT))
                .isEqualTo(GetContentResponse.getDefaultInstance().toByteArray());
    }

    @Test
    void whatCannotBeReadOnTheWayEndsTheMessage() {
        ContentPiece piece = new ContentPiece(true, 10, MemorySegment.ofArray(new byte[4]), 4, (_, _) -> {
            throw new BlobException.Corrupt("damaged");
        });

        assertThatThrownBy(() -> drained(piece)).isInstanceOf(BlobException.Corrupt.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 200_000})
    void aRequestIsReadWhateverElseItHolds(int length) throws IOException {
        byte[] content = random(length);
        byte[] message = StoreContentRequest.newBuilder()
                .setContent(ByteString.copyFrom(content))
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                7,
                                UnknownFieldSet.Field.newBuilder()
                                        .addVarint(300)
                                        .build())
                        .addField(
                                8,
                                UnknownFieldSet.Field.newBuilder()
                                        .addFixed64(5)
                                        .addFixed32(6)
                                        .build())
                        .addField(
                                9,
                                UnknownFieldSet.Field.newBuilder()
                                        .addLengthDelimited(ByteString.copyFromUtf8("later"))
                                        .build())
                        .build())
                .build()
                .toByteArray();
        ByteArrayOutputStream read = new ByteArrayOutputStream();

        ContentField.<IOException>read(new ByteArrayInputStream(message), bytes -> read.writeBytes(array(bytes)));

        assertThat(read.toByteArray()).isEqualTo(content);
    }

    @Test
    void aRequestThatIsCutOffIsNoRequest() {
        byte[] message = StoreContentRequest.newBuilder()
                .setContent(ByteString.copyFrom(random(1000)))
                .build()
                .toByteArray();
        byte[] cut = Arrays.copyOf(message, 900);

        assertThatThrownBy(() -> ContentField.<IOException>read(new ByteArrayInputStream(cut), _ -> {}))
                .isInstanceOf(IOException.class);
    }

    /** Its first bytes are there, the rest comes through a buffer of this size. */
    private static ContentPiece piece(byte[] content, int bufferBytes) {
        MemorySegment all = MemorySegment.ofArray(content);
        MemorySegment buffer = MemorySegment.ofArray(new byte[bufferBytes]);
        int ready = Math.min(content.length, bufferBytes);
        buffer.copyFrom(all.asSlice(0, ready));
        return new ContentPiece(
                true,
                content.length,
                buffer,
                ready,
                (offset, into) -> into.copyFrom(all.asSlice(offset, into.byteSize())));
    }

    private static InputStream stream(ContentPiece piece) {
        return ContentMethods.serving(false).streamResponse(piece);
    }

    private static byte[] drained(ContentPiece piece) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (InputStream message = stream(piece)) {
            int known = ((KnownLength) message).available();
            assertThat(((Drainable) message).drainTo(bytes)).isEqualTo(known);
        }
        return bytes.toByteArray();
    }

    private static byte[] array(ByteBuffer bytes) {
        byte[] array = new byte[bytes.remaining()];
        bytes.get(array);
        return array;
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
