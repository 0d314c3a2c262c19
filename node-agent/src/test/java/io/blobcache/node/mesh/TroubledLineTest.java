package io.blobcache.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.fs.Poll;
import io.blobcache.node.mesh.TroubledLine.Trouble;
import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.model.Blob;
import io.blobcache.node.tier.ScriptedSource;
import io.blobcache.proto.v1.OpenBulkRequest;
import io.blobcache.proto.v1.PeerGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A line between two agents that cuts what passes into slices, or breaks in the middle (F-42): right bytes, and nobody is called a liar. */
class TroubledLineTest {
    private static final int BLOBS = 3;
    private static final int BREAKS = 40;

    private final long seed = System.nanoTime();
    private final byte[] content = random((1 << 20) + 77_777);
    private final ScriptedSource source = new ScriptedSource(content);
    private final MeshConfig patient = TestAgent.config("", MeshConfig.DEFAULT, true, Duration.ofSeconds(20));
    private final TestAgent lender = new TestAgent("lender", source, patient);
    private TroubledLine grpc;
    private TroubledLine bulk;
    private int blobs;

    @BeforeEach
    void open() throws Exception {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", lender.port())
                .usePlaintext()
                .build();
        int port = PeerGrpc.newBlockingStub(channel)
                .openBulk(OpenBulkRequest.getDefaultInstance())
                .getPort();
        channel.shutdownNow();
        assertThat(channel.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        grpc = new TroubledLine(lender.port(), new Trouble.None(), seed);
        bulk = new TroubledLine(port, new Trouble.None(), seed + 1);
    }

    @AfterEach
    void close() throws Exception {
        grpc.close();
        bulk.close();
        lender.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void slicesOf1To7BytesSpoilNothing(boolean byBulk) throws Exception {
        trouble(new Trouble.Slices(7));
        try (TestAgent reader = reader(byBulk)) {
            for (int i = 0; i < BLOBS; i++) {
                isReadRight(reader);
            }

            assertThat(reader.asked.here.sum())
                    .as("blocks of the peer, seed %d", seed)
                    .isEqualTo(2 * BLOBS);
            assertThat(source.reads).as("asked by the lender alone").hasValue(2 * BLOBS);
            assertThat((byBulk ? bulk : grpc).passedBytes.get()).isGreaterThan((long) BLOBS * content.length);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLineThatBreaksAfterSomeBytesSpoilsNothing(boolean byBulk) throws Exception {
        trouble(new Trouble.Reset(2 << 20));
        try (TestAgent reader = reader(byBulk)) {
            for (int i = 0; i < BREAKS; i++) {
                isReadRight(reader);
            }
            assertThat((byBulk ? bulk : grpc).resets.get()).as("seed %d", seed).isPositive();
            trouble(new Trouble.None());

            // A connection of before may break once more.
            Poll.until(() -> {
                long before = reader.asked.here.sum();
                isReadRight(reader);
                return reader.asked.here.sum() == before + 2;
            });
        }
    }

    private void trouble(Trouble trouble) {
        grpc.trouble(trouble);
        bulk.trouble(trouble);
    }

    private TestAgent reader(boolean byBulk) {
        TestAgent reader =
                new TestAgent("reader", source, TestAgent.config("", patient, byBulk, patient.progressTimeout()));
        reader.members(
                new Member("lender", TroubledLine.HOST, lender.port(), "", Member.DEFAULT_WEIGHT, Member.State.READY));
        return reader;
    }

    private void isReadRight(TestAgent reader) throws Exception {
        Blob blob = Blob.ofSource("scripted", "p" + blobs++, "v", content.length);
        assertThat(reader.read(blob)).as("seed %d", seed).isEqualTo(content);
        assertThat(reader.asked.lied.sum()).as("lies, seed %d", seed).isZero();
        assertThat(reader.mesh().quarantined()).isZero();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
