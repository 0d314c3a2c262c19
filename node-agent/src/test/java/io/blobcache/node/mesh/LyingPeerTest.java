package io.blobcache.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.ScriptedPeer.OverBulk;
import io.blobcache.node.mesh.ScriptedPeer.OverGrpc;
import io.blobcache.node.model.Blob;
import io.blobcache.node.tier.ScriptedSource;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.blobcache.proto.v1.ReadBlockResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.DataOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** F-43 and F-44: whatever a peer says, the reader gets the source's bytes; three lies and it is asked no more. */
class LyingPeerTest {
    private static final int BLOCK = 1 << 20;
    private static final int BLOCKS = 6;
    private static final int MAX_LIES = 3;

    private final byte[] content = random(BLOCKS * BLOCK);
    private final ScriptedSource source = new ScriptedSource(content);
    private final Blob blob = Blob.ofSource("scripted", "p", "v", content.length);

    /** What a liar makes of a block. */
    enum Lie {
        WRONG_BYTE {
            @Override
            void tell(byte[] block, byte[] digest, Told told) throws IOException {
                block[block.length / 2] ^= 1;
                told.content(block);
                told.digest(digest);
            }
        },
        SHORT {
            @Override
            void tell(byte[] block, byte[] digest, Told told) throws IOException {
                told.content(java.util.Arrays.copyOf(block, block.length - 1));
                told.digest(digest);
            }
        },
        EMPTY_DIGEST {
            @Override
            void tell(byte[] block, byte[] digest, Told told) throws IOException {
                told.content(block);
                told.digest(new byte[0]);
            }
        },
        DIGEST_OF_OTHER_BYTES {
            @Override
            void tell(byte[] block, byte[] digest, Told told) throws IOException {
                told.content(block);
                told.digest(sha256(new byte[1]));
            }
        },
        NOTHING_AT_ALL {
            @Override
            void tell(byte[] block, byte[] digest, Told told) throws IOException {
                told.digest(digest);
            }
        };

        abstract void tell(byte[] block, byte[] digest, Told told) throws IOException;
    }

    interface Told {
        void content(byte[] bytes) throws IOException;

        void digest(byte[] bytes) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void aLieOverGrpcIsNotServedAndEndsAfterThree(Lie lie) throws Exception {
        OverGrpc script = (request, responses) -> {
            try {
                lie.tell(block(request), sha256(block(request)), overGrpc(responses));
                responses.onCompleted();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        };
        try (ScriptedPeer liar = new ScriptedPeer(script)) {
            isFoundOut(liar);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLieOverABulkConnectionIsNotServedAndEndsAfterThree(Lie lie) throws Exception {
        OverBulk script = (request, out) -> lie.tell(block(request), sha256(block(request)), overBulk(out));
        try (ScriptedPeer liar = new ScriptedPeer(script)) {
            isFoundOut(liar);
        }
    }

    @Test
    void aBulkFrameThatIsLongerThanTheBlockIsALieBeforeItIsRead() throws Exception {
        OverBulk script = (_, out) -> {
            out.writeByte(2);
            out.writeInt(Integer.MAX_VALUE);
        };
        try (ScriptedPeer liar = new ScriptedPeer(script)) {
            isFoundOut(liar);
        }
    }

    @Test
    void aPeerThatHasNotWhatItShouldHaveCostsOneRequest() throws Exception {
        OverGrpc script = (_, responses) -> responses.onError(Status.NOT_FOUND.asRuntimeException());
        try (ScriptedPeer peer = new ScriptedPeer(script);
                TestAgent agent = new TestAgent("z", source)) {
            agent.members(peer.member());

            assertThat(agent.read(blob)).isEqualTo(content);
            assertThat(agent.asked.failed.sum()).isEqualTo(peer.requests.get());
            assertThat(agent.mesh().quarantined()).isZero();
        }
    }

    @Test
    void endlessSignsOfLifeWithoutABlockAreNotWaitedForForEver() throws Exception {
        OverBulk script = (_, out) -> {
            while (true) {
                out.writeByte(2);
                out.writeInt(1);
                out.writeByte(0);
            }
        };
        try (ScriptedPeer peer = new ScriptedPeer(script);
                TestAgent agent = new TestAgent("z", source)) {
            agent.members(peer.member());

            assertThat(agent.read(blob, 0, 4096)).isEqualTo(java.util.Arrays.copyOf(content, 4096));
        }
    }

    @Test
    void aPeerThatSaysNothingIsGivenUp() throws Exception {
        MeshConfig impatient = TestAgent.config("", MeshConfig.DEFAULT, true, Duration.ofMillis(200));
        OverBulk script = (_, _) -> {};
        try (ScriptedPeer peer = new ScriptedPeer(script);
                TestAgent agent = new TestAgent("z", source, impatient)) {
            agent.members(peer.member());

            assertThat(agent.read(blob)).isEqualTo(content);

            assertThat(agent.asked.failed.sum()).isEqualTo(3);
            assertThat(agent.mesh().leftAlone()).isEqualTo(1);
        }
    }

    private void isFoundOut(ScriptedPeer liar) throws Exception {
        try (TestAgent agent = new TestAgent("z", source)) {
            agent.members(liar.member());

            assertThat(agent.read(blob)).isEqualTo(content);

            assertThat(agent.asked.lied.sum()).isEqualTo(MAX_LIES);
            assertThat(agent.mesh().quarantined()).isEqualTo(1);
            assertThat(liar.requests).hasValue(MAX_LIES);
            assertThat(agent.asked.here.sum()).isZero();
        }
    }

    private byte[] block(ReadBlockRequest request) {
        int from = request.getBlockIndex() * BLOCK;
        return java.util.Arrays.copyOfRange(content, from, from + BLOCK);
    }

    private static Told overGrpc(StreamObserver<ReadBlockResponse> responses) {
        return new Told() {
            @Override
            public void content(byte[] bytes) {
                for (int from = 0; from < bytes.length; from += 256 << 10) {
                    int length = Math.min(256 << 10, bytes.length - from);
                    responses.onNext(ReadBlockResponse.newBuilder()
                            .setContent(ByteString.copyFrom(bytes, from, length))
                            .build());
                }
            }

            @Override
            public void digest(byte[] bytes) {
                responses.onNext(ReadBlockResponse.newBuilder()
                        .setSha256(ByteString.copyFrom(bytes))
                        .build());
            }
        };
    }

    private static Told overBulk(DataOutputStream out) {
        return new Told() {
            @Override
            public void content(byte[] bytes) throws IOException {
                frame(2, bytes);
            }

            @Override
            public void digest(byte[] bytes) throws IOException {
                frame(3, bytes);
            }

            private void frame(int kind, byte[] bytes) throws IOException {
                out.writeByte(kind);
                out.writeInt(bytes.length);
                out.write(bytes);
            }
        };
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
