package io.blobcache.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.blobcache.node.config.Changed;
import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.fs.Poll;
import io.blobcache.node.mesh.wire.BulkFrame;
import io.blobcache.node.tier.ScriptedSource;
import io.blobcache.proto.BlobCacheGrpc;
import io.blobcache.proto.GetContentRequest;
import io.blobcache.proto.StoreContentRequest;
import io.blobcache.proto.StoreContentResponse;
import io.blobcache.proto.v1.OpenBulkRequest;
import io.blobcache.proto.v1.PeerGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that are only there to harm (F-49): each is ended or bounded, and meanwhile another client is given the right bytes in time. */
class HostileConnectionsTest {
    private static final Logger GRPC = Logger.getLogger("io.grpc");
    private static final int MANY = 10_000;
    private static final int LORISES = 300;
    private static final String PATH = "/blobcache.BlobCache/GetContent";
    private static final byte[] PREFACE_BEGUN = "PRI * HTTP/2.0".getBytes(StandardCharsets.US_ASCII);

    /** Five of these for whatever a client owes. */
    private static final Duration PROGRESS = Duration.ofMillis(300);

    private final byte[] content = new byte[1 << 20];
    private TestAgent agent;
    private ManagedChannel others;
    private String digest;

    @BeforeEach
    void open() throws Exception {
        new Random(49).nextBytes(content);
        agent = agent(MeshConfig.DEFAULT);
        agent.members(agent.member());
        others = NettyChannelBuilder.forAddress("127.0.0.1", agent.port())
                .usePlaintext()
                .build();
        byte[] request = StoreContentRequest.newBuilder()
                .setContent(ByteString.copyFrom(content))
                .build()
                .toByteArray();
        digest = StoreContentResponse.parseFrom(AnyCall.call(others, "blobcache.BlobCache/StoreContent", request)
                        .responses()
                        .getFirst())
                .getHash();
    }

    @AfterEach
    void close() throws InterruptedException {
        others.shutdownNow();
        assertThat(others.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        agent.close();
    }

    @Test
    void tenThousandStreamsOfOneConnectionAllEndAndFillNoLog() throws Exception {
        AtomicInteger written = new AtomicInteger();
        Handler counting = counting(written);
        GRPC.addHandler(counting);
        try (RawStreams hostile = new RawStreams(agent.port())) {
            try {
                for (int i = 0; i < MANY; i++) {
                    hostile.open(PATH);
                    if (i % 1000 == 0) {
                        othersAreServed();
                    }
                }
            } catch (SocketException _) {
                othersAreServed();
            }
            Poll.until(() -> hostile.left.isDone() || hostile.ended.size() == MANY);
        } finally {
            GRPC.removeHandler(counting);
        }
        assertThat(written.get()).as("lines of gRPC's log").isLessThan(10);
        othersAreServed();
    }

    @Test
    void whoOpensStreamsOnlyToResetThemIsLeft() throws Exception {
        try (RawStreams hostile = new RawStreams(agent.port())) {
            try {
                for (int i = 0; i < MANY; i++) {
                    hostile.reset(hostile.open(PATH));
                    if (i % 1000 == 0) {
                        othersAreServed();
                    }
                }
            } catch (SocketException _) {
                othersAreServed();
            }
            assertThat(hostile.left.get(10, TimeUnit.SECONDS)).isIn(RawStreams.ENHANCE_YOUR_CALM, RawStreams.CLOSED);
        }
        othersAreServed();
    }

    @Test
    void whoPingsAllTheTimeIsLeft() throws Exception {
        try (RawStreams hostile = new RawStreams(agent.port())) {
            // Those that come after the third are not read, and take the answer with them.
            for (int i = 0; i < 3; i++) {
                hostile.ping();
            }
            assertThat(hostile.left.get(10, TimeUnit.SECONDS)).isEqualTo(RawStreams.ENHANCE_YOUR_CALM);
        }
        othersAreServed();
    }

    @Test
    void aFloodOfPingsHoldsNobodyUp() throws Exception {
        try (RawStreams hostile = new RawStreams(agent.port())) {
            for (int i = 0; i < MANY; i++) {
                hostile.ping();
                if (i % 1000 == 0) {
                    othersAreServed();
                }
            }
        } catch (SocketException _) {
            othersAreServed();
        }
    }

    @Test
    void connectionsThatSendAByteNowAndThenHoldNobodyUpAndAreEnded() throws Exception {
        List<Socket> lorises = new ArrayList<>();
        try {
            for (int i = 0; i < LORISES; i++) {
                lorises.add(new Socket(InetAddress.getLoopbackAddress(), agent.port()));
            }
            for (byte each : PREFACE_BEGUN) {
                for (Socket loris : lorises) {
                    sendUnlessEnded(loris, each);
                }
                othersAreServed();
            }
            for (Socket loris : lorises) {
                isEnded(loris);
            }
        } finally {
            for (Socket loris : lorises) {
                loris.close();
            }
        }
        othersAreServed();
    }

    @Test
    void aHandshakeThatDoesNotGoOnIsEnded(@TempDir Path directory) throws Exception {
        TestAuthority authority = new TestAuthority(directory);
        MeshConfig tls = MeshConfigs.tls(authority.issue("server", MeshConfig.DEFAULT.tlsName()));
        try (TestAgent secret = agent(tls);
                Socket loris = new Socket(InetAddress.getLoopbackAddress(), secret.port())) {
            // A record of a handshake, said to have 512 bytes.
            loris.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1});

            isEnded(loris);
        }
    }

    @Test
    void halfARequestOnABulkConnectionEndsIt() throws Exception {
        int port = PeerGrpc.newBlockingStub(others)
                .openBulk(OpenBulkRequest.getDefaultInstance())
                .getPort();
        try (Socket loris = new Socket(InetAddress.getLoopbackAddress(), port)) {
            DataOutputStream out = new DataOutputStream(loris.getOutputStream());
            out.writeByte(BulkFrame.Kind.REQUEST.ordinal());
            out.writeInt(100);
            out.write(new byte[50]);
            othersAreServed();

            isEnded(loris);
        }
    }

    @Test
    void aBulkRequestThatIsTooLongIsNotWaitedFor() throws Exception {
        int port = PeerGrpc.newBlockingStub(others)
                .openBulk(OpenBulkRequest.getDefaultInstance())
                .getPort();
        try (Socket loris = new Socket(InetAddress.getLoopbackAddress(), port)) {
            DataOutputStream out = new DataOutputStream(loris.getOutputStream());
            out.writeByte(BulkFrame.Kind.REQUEST.ordinal());
            out.writeInt(Integer.MAX_VALUE);

            isEnded(loris);
        }
    }

    private static void sendUnlessEnded(Socket connection, byte each) throws IOException {
        try {
            connection.getOutputStream().write(each);
        } catch (SocketException _) {
            isEnded(connection);
        }
    }

    private static void isEnded(Socket connection) throws IOException {
        connection.setSoTimeout(8_000);
        try {
            // An alert, perhaps, then the end.
            connection.getInputStream().readAllBytes();
        } catch (SocketException _) {
            return; // Reset.
        }
    }

    private void othersAreServed() {
        assertThat(BlobCacheGrpc.newBlockingStub(others)
                        .withDeadlineAfter(5, TimeUnit.SECONDS)
                        .getContent(GetContentRequest.newBuilder()
                                .setHash(digest)
                                .setLength(content.length)
                                .build())
                        .getContent()
                        .toByteArray())
                .isEqualTo(content);
    }

    private static Handler counting(AtomicInteger records) {
        return new Handler() {
            @Override
            public void publish(LogRecord line) {
                records.incrementAndGet();
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }

    private static TestAgent agent(MeshConfig template) {
        MeshConfig impatient = Changed.copy(TestAgent.config("a", template, true, PROGRESS), "bulk", true);
        return new TestAgent("a", new ScriptedSource(new byte[1]), impatient);
    }
}
