package io.blobcache.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.blobcache.node.mesh.ScriptedPeer.OverGrpc;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.Sha256;
import io.blobcache.node.store.SourceWithStored;
import io.blobcache.node.tier.ScriptedSource;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.blobcache.proto.v1.ReadBlockResponse;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** Lies that fit together: wrong bytes of stored content, with the digest of those bytes. */
class ConsistentLiarTest {
    private static final int BLOCK = 1 << 20;
    private static final int BLOCKS = 2;

    private final byte[] content = random(BLOCKS * BLOCK);
    private final Blob blob =
            SourceWithStored.blob(HexFormat.of().formatHex(Sha256.begin().digest(content)), content.length);
    private final ScriptedSource source = new ScriptedSource(new byte[0]);

    @Test
    void noByteOfALieThatFitsTogetherIsServed() throws Exception {
        try (ScriptedPeer liar = new ScriptedPeer(lyingWhen(_ -> true));
                TestAgent agent = new TestAgent("z", source)) {
            agent.members(liar.member());

            for (int offset : new int[] {0, BLOCK}) {
                assertThatThrownBy(() -> agent.read(blob, offset, 4096)).isInstanceOf(BlobException.Unavailable.class);
            }

            assertThat(agent.asked.lied.sum()).isPositive();
        }
    }

    @Test
    void ofALiarAndAnHonestAgentTheHonestOneIsBelievedWhicheverIsAskedFirst() throws Exception {
        long lies = 0;
        for (List<String> ids : List.of(List.of("p", "q"), List.of("q", "p"))) {
            try (ScriptedPeer liar = new ScriptedPeer(lyingWhen(_ -> true));
                    ScriptedPeer honest = new ScriptedPeer(lyingWhen(_ -> false));
                    TestAgent agent = new TestAgent("z", source)) {
                agent.members(liar.member(ids.getFirst()), honest.member(ids.getLast()));

                assertThat(agent.read(blob)).isEqualTo(content);
                lies += agent.asked.lied.sum();
            }
        }
        assertThat(lies).as("it came first in one of the two").isPositive();
    }

    @Test
    void aPeerThatLiesOnlyOnceItIsBelievedIsNotServed() throws Exception {
        AtomicInteger told = new AtomicInteger();
        try (ScriptedPeer liar = new ScriptedPeer(lyingWhen(_ -> told.getAndIncrement() >= BLOCKS));
                TestAgent agent = new TestAgent("z", source)) {
            agent.members(liar.member());

            assertThatThrownBy(() -> agent.read(blob)).isInstanceOf(BlobException.NotFound.class);

            assertThat(agent.asked.lied.sum()).isPositive();
        }
    }

    @Test
    void theWholeIsComparedOnceAndItsBlocksAreBelievedFromThenOn() throws Exception {
        try (ScriptedPeer honest = new ScriptedPeer(lyingWhen(_ -> false));
                TestAgent agent = new TestAgent("z", source)) {
            agent.members(honest.member());

            assertThat(agent.read(blob, 0, 4096)).isEqualTo(Arrays.copyOf(content, 4096));
            assertThat(agent.read(blob)).isEqualTo(content);

            assertThat(honest.requests).hasValue(2 * BLOCKS);
        }
    }

    private OverGrpc lyingWhen(IntPredicate lies) {
        return (request, responses) -> {
            byte[] block = block(request);
            if (lies.test(request.getBlockIndex())) {
                block[block.length / 2] ^= 1;
            }
            for (int from = 0; from < block.length; from += 256 << 10) {
                responses.onNext(ReadBlockResponse.newBuilder()
                        .setContent(ByteString.copyFrom(block, from, 256 << 10))
                        .build());
            }
            responses.onNext(ReadBlockResponse.newBuilder()
                    .setSha256(ByteString.copyFrom(Sha256.begin().digest(block)))
                    .build());
            responses.onCompleted();
        };
    }

    private byte[] block(ReadBlockRequest request) {
        int from = request.getBlockIndex() * BLOCK;
        return Arrays.copyOfRange(content, from, from + BLOCK);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
