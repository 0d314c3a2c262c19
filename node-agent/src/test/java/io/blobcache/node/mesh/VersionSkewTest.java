package io.blobcache.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.ScriptedPeer.OverBulk;
import io.blobcache.node.mesh.ScriptedPeer.OverGrpc;
import io.blobcache.node.model.Blob;
import io.blobcache.node.tier.ScriptedSource;
import io.blobcache.proto.GetContentRequest;
import io.blobcache.proto.GetContentResponse;
import io.blobcache.proto.v1.Elsewhere;
import io.blobcache.proto.v1.OpenBulkRequest;
import io.blobcache.proto.v1.OpenBulkResponse;
import io.blobcache.proto.v1.PeerGrpc;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.blobcache.proto.v1.ReadBlockResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.MessageDigest;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Peers of an earlier and of a later version (F-50): read from, and given, the right bytes over what both know. */
class VersionSkewTest {
    private static final int COMING = 1;
    private static final int CONTENT = 2;
    private static final int DIGEST = 3;
    private static final int REFUSED = 4;
    private static final int OF_A_LATER_VERSION = 9;

    /** One of each kind that there is on the wire. */
    private static final UnknownFieldSet LATER = UnknownFieldSet.newBuilder()
            .addField(
                    1000,
                    UnknownFieldSet.Field.newBuilder()
                            .addVarint(-1)
                            .addFixed32(7)
                            .addFixed64(8)
                            .addLengthDelimited(ByteString.copyFrom(new byte[1000]))
                            .build())
            .build();

    private final byte[] content = random();
    private final ScriptedSource source = new ScriptedSource(content);
    private final Blob blob = Blob.ofSource("scripted", "p", "v", content.length);
    private ByteString digest;

    /** Content and digest with whatever a later version says beside them. */
    private final OverGrpc later = (_, responses) -> {
        responses.onNext(ReadBlockResponse.newBuilder().setUnknownFields(LATER).build());
        responses.onNext(ReadBlockResponse.newBuilder()
                .setContent(ByteString.copyFrom(content))
                .setUnknownFields(LATER)
                .build());
        responses.onNext(ReadBlockResponse.newBuilder()
                .setSha256(digest)
                .setElsewhere(Elsewhere.newBuilder().setUnknownFields(LATER))
                .setUnknownFields(LATER)
                .build());
        responses.onCompleted();
    };

    @BeforeEach
    void digest() throws Exception {
        digest = ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(content));
    }

    @Test
    void fieldsOfALaterVersionAreIgnored() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer(later)) {
            isReadFrom(peer);
        }
    }

    @Test
    void whatALaterVersionSaysOfItsBulkConnectionsIsIgnored() throws Exception {
        OverBulk script = (_, out) -> {
            frame(out, COMING, new byte[0]);
            frame(out, CONTENT, content);
            frame(out, DIGEST, digest.toByteArray());
        };
        try (ScriptedPeer peer = new ScriptedPeer(script)) {
            peer.opening((port, answer) -> {
                answer.onNext(OpenBulkResponse.newBuilder()
                        .setPort(port)
                        .setUnknownFields(LATER)
                        .build());
                answer.onCompleted();
            });
            isReadFrom(peer);
        }
    }

    @Test
    void aBulkFrameOfALaterVersionMeansGrpc() throws Exception {
        OverBulk script = (_, out) -> frame(out, OF_A_LATER_VERSION, new byte[8]);
        try (ScriptedPeer peer = new ScriptedPeer(later, script)) {
            isReadFrom(peer);
            assertThat(peer.requests).as("by one way, then by the other").hasValue(2);
        }
    }

    @Test
    void aPeerThatKnowsNoBulkConnectionsIsReadFromOverGrpc() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer(later)) {
            peer.opening((_, answer) -> answer.onError(Status.UNIMPLEMENTED.asRuntimeException()));
            isReadFrom(peer);
        }
    }

    @Test
    void aRefusalOfALaterVersionIsNoLieAndNoFailure() throws Exception {
        OverGrpc refusal = (_, responses) -> {
            responses.onNext(ReadBlockResponse.newBuilder()
                    .setRefusalValue(OF_A_LATER_VERSION)
                    .setElsewhere(Elsewhere.newBuilder().addMemberIds("another"))
                    .build());
            responses.onCompleted();
        };
        try (ScriptedPeer peer = new ScriptedPeer(refusal)) {
            isDoneWithout(peer);
        }
    }

    @Test
    void aRefusalOfALaterVersionOverABulkConnectionIsNoLieAndNoFailure() throws Exception {
        Elsewhere.Builder sixteen = Elsewhere.newBuilder().setUnknownFields(LATER);
        for (int i = 0; i < 16; i++) {
            sixteen.addMemberIds("x".repeat(251) + i);
        }
        ByteArrayOutputStream refusal = new ByteArrayOutputStream();
        new DataOutputStream(refusal).writeInt(OF_A_LATER_VERSION);
        refusal.writeBytes(sixteen.build().toByteArray());
        OverBulk script = (_, out) -> frame(out, REFUSED, refusal.toByteArray());
        try (ScriptedPeer peer = new ScriptedPeer(script)) {
            isDoneWithout(peer);
        }
    }

    @Test
    void aPeerThatCannotFindContentCostsNobodyTheAnswer() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer(later);
                TestAgent agent = new TestAgent("z", source)) {
            agent.members(peer.member(), agent.member());
            ManagedChannel channel = channel(agent);
            try {
                byte[] request = GetContentRequest.newBuilder()
                        .setHash(AskedOfMesh.ABSENT)
                        .build()
                        .toByteArray();
                AnyCall.Answer answer = AnyCall.call(channel, "blobcache.BlobCache/GetContent", request);
                assertThat(answer.word(GetContentResponse.getDefaultInstance(), "ok"))
                        .isEqualTo("no");
            } finally {
                close(channel);
            }
        }
    }

    @Test
    void aRequestOfALaterOrAnEarlierVersionIsAnsweredByBothWays() throws Exception {
        try (TestAgent agent = new TestAgent("z", source)) {
            ManagedChannel channel = channel(agent);
            try {
                PeerGrpc.PeerBlockingStub stub = PeerGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(20, TimeUnit.SECONDS)
                        .withMaxInboundMessageSize(2 << 20);
                int port = stub.openBulk(OpenBulkRequest.newBuilder()
                                .setUnknownFields(LATER)
                                .build())
                        .getPort();
                // An earlier one does not say who asks.
                for (ReadBlockRequest request : new ReadBlockRequest[] {
                    request(), request().toBuilder().setUnknownFields(LATER).build()
                }) {
                    ByteArrayOutputStream read = new ByteArrayOutputStream();
                    stub.readBlock(request)
                            .forEachRemaining(
                                    piece -> read.writeBytes(piece.getContent().toByteArray()));
                    assertThat(read.toByteArray()).isEqualTo(content);
                    assertThat(overBulk(port, request)).isEqualTo(content);
                }
            } finally {
                close(channel);
            }
        }
    }

    private void isReadFrom(ScriptedPeer peer) throws Exception {
        try (TestAgent agent = new TestAgent("z", source, MeshConfigs.wide(MeshConfig.DEFAULT))) {
            agent.members(peer.member());

            assertThat(agent.read(blob)).isEqualTo(content);

            assertThat(agent.asked.here.sum()).as("blocks of the peer").isEqualTo(1);
            assertThat(source.reads).hasValue(0);
            assertThat(agent.asked.lied.sum()).isZero();
        }
    }

    private void isDoneWithout(ScriptedPeer peer) throws Exception {
        try (TestAgent agent = new TestAgent("z", source)) {
            agent.members(peer.member());

            assertThat(agent.read(blob)).isEqualTo(content);

            assertThat(peer.requests).as("asked once, and not waited for").hasValue(1);
            assertThat(agent.asked.lied.sum()).isZero();
            assertThat(agent.asked.failed.sum()).isZero();
        }
    }

    private ReadBlockRequest request() {
        return ReadBlockRequest.newBuilder()
                .setBlobId(ByteString.copyFrom(blob.id().toBytes()))
                .setPath(blob.path())
                .setVersion(blob.version())
                .setBlobBytes(blob.lengthBytes())
                .setBlockBytes(TestAgent.BLOCK_SIZE.bytes())
                .build();
    }

    private static byte[] overBulk(int port, ReadBlockRequest request) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            frame(new DataOutputStream(socket.getOutputStream()), 0, request.toByteArray());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            for (int kind = in.readByte(); kind != DIGEST; kind = in.readByte()) {
                read.write(in.readNBytes(in.readInt()));
            }
        }
        return read.toByteArray();
    }

    private static void frame(DataOutputStream out, int kind, byte[] bytes) throws IOException {
        out.writeByte(kind);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static ManagedChannel channel(TestAgent agent) {
        return NettyChannelBuilder.forAddress("127.0.0.1", agent.port())
                .usePlaintext()
                .build();
    }

    private static byte[] random() {
        byte[] bytes = new byte[1 << 20];
        new Random(50).nextBytes(bytes);
        return bytes;
    }

    private static void close(ManagedChannel channel) throws InterruptedException {
        channel.shutdownNow();
        assertThat(channel.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }
}
