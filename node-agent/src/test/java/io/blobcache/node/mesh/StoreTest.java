package io.blobcache.node.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.fs.Poll;
import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.wire.ContentMethods;
import io.blobcache.node.model.Sha256;
import io.blobcache.node.tier.ScriptedSource;
import io.blobcache.proto.BlobCacheGrpc;
import io.blobcache.proto.BlobCacheHost;
import io.blobcache.proto.GetAvailableHostsRequest;
import io.blobcache.proto.GetContentRequest;
import io.blobcache.proto.GetContentResponse;
import io.blobcache.proto.GetStateRequest;
import io.blobcache.proto.HasContentRequest;
import io.blobcache.proto.StoreContentRequest;
import io.blobcache.proto.StoreContentResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stored content as a client with the generated stubs sees it, over real sockets: three agents of one mesh. */
class StoreTest {
    private static final int MIB = 1 << 20;

    @TempDir
    private Path directory;

    private final ScriptedSource source = new ScriptedSource(new byte[0]);
    private List<TestAgent> agents = List.of();
    private List<ManagedChannel> channels = List.of();

    @BeforeEach
    void open() {
        agents = Stream.of("a", "b", "c")
                .map(id -> new TestAgent(id, source, MeshConfig.DEFAULT, directory.resolve(id)))
                .toList();
        Member[] members = agents.stream().map(TestAgent::member).toArray(Member[]::new);
        agents.forEach(agent -> agent.members(members));
        channels = agents.stream().map(StoreTest::channel).toList();
    }

    @AfterEach
    void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        agents.forEach(TestAgent::close);
    }

    @Test
    void contentSentInMessagesOf4MiBIsReadIn64MiBAtOnce() throws Exception {
        byte[] content = random(64 * MIB);

        StoreContentResponse stored = store(0, content, 4 * MIB);
        GetContentResponse read = get(0, stored.getHash(), 0, content.length);

        assertThat(stored.getOk()).isTrue();
        assertThat(stored.getHash()).isEqualTo(sha256(content));
        assertThat(read.getOk()).isTrue();
        assertThat(read.getContent().toByteArray()).isEqualTo(content);
    }

    @Test
    void everyAgentReadsWhatOneHasStored() throws Exception {
        byte[] content = random(5 * MIB + 321);
        String digest = store(0, content, MIB).getHash();

        for (int agent = 0; agent < 3; agent++) {
            assertThat(get(agent, digest, 0, content.length).getContent().toByteArray())
                    .as("agent " + agent)
                    .isEqualTo(content);
            assertThat(has(agent, digest)).isTrue();
            assertThat(stream(agent, digest, 3, content.length))
                    .isEqualTo(java.util.Arrays.copyOfRange(content, 3, content.length));
        }
    }

    @Test
    void whatIsAcknowledgedIsAtItsOwnerToo() throws Exception {
        for (int i = 0; i < 12; i++) {
            String digest = store(0, ("content " + i).getBytes(UTF_8), MIB).getHash();
            boolean elsewhere = agents.get(1).store().lengthOf(digest).isPresent()
                    || agents.get(2).store().lengthOf(digest).isPresent();
            assertThat(agents.get(0).store().lengthOf(digest)).isPresent();
            assertThat(elsewhere).isEqualTo(!ownerOf(digest).equals("a"));
        }
        assertThat(agents.get(0).stored.replicated.sum()).isBetween(1L, 11L);
    }

    @Test
    void anOwnerThatIsGoneCostsTimeAndNotTheContent() throws Exception {
        agents.get(1).stopServing();
        agents.get(2).stopServing();
        for (int i = 0; i < 6; i++) {
            byte[] content = ("content " + i).getBytes(UTF_8);
            String digest = store(0, content, MIB).getHash();
            assertThat(get(0, digest, 0, 100).getContent().toByteArray()).isEqualTo(content);
        }

        assertThat(agents.get(0).stored.replicationsFailed.sum()).isPositive();
    }

    @Test
    void anOwnerThatDidNotTakeItsCopyIsGivenItLater() throws Exception {
        TestAgent first = agents.get(0);
        first.members(agents.get(1).member());
        agents.get(1).stopServing();
        String digest = store(0, "later".getBytes(UTF_8), MIB).getHash();
        assertThat(agents.get(2).store().lengthOf(digest)).isEmpty();

        first.members(agents.get(2).member());

        Poll.until(() -> agents.get(2).store().lengthOf(digest).isPresent());
    }

    @Test
    void whatAPeerAsksForIsNotAskedOfAnother() throws Exception {
        String digest = store(0, "here".getBytes(UTF_8), MIB).getHash();
        int lacking = agents.get(1).store().lengthOf(digest).isPresent() ? 2 : 1;
        Metadata fromPeer = new Metadata();
        fromPeer.put(ContentMethods.FROM_PEER, "1");
        var stub = BlobCacheGrpc.newBlockingStub(channels.get(lacking))
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(fromPeer));

        assertThat(stub.hasContent(
                                HasContentRequest.newBuilder().setHash(digest).build())
                        .getExists())
                .isFalse();
        assertThat(stub.getContent(request(digest, 0, 4)).getOk()).isFalse();
        assertThat(get(lacking, digest, 0, 4).getOk()).isTrue();
    }

    @Test
    void whatNobodyHasIsAbsentAndTheSourceIsNotAsked() {
        String digest = "0".repeat(64);

        assertThat(get(0, digest, 0, 10)).isEqualTo(GetContentResponse.getDefaultInstance());
        assertThat(has(0, digest)).isFalse();
        assertThat(source.reads).hasValue(0);
    }

    @Test
    void aRangeEndsWhereTheContentEnds() throws Exception {
        String digest = store(0, "0123456789".getBytes(UTF_8), MIB).getHash();

        assertThat(get(0, digest, 7, 64 * MIB).getContent().toStringUtf8()).isEqualTo("789");
        assertThat(get(0, digest, Long.MAX_VALUE, 5))
                .isEqualTo(GetContentResponse.newBuilder().setOk(true).build());
        assertThat(get(0, digest, 0, 0))
                .isEqualTo(GetContentResponse.newBuilder().setOk(true).build());
        assertThat(stream(0, digest, 7, Long.MAX_VALUE)).isEqualTo("789".getBytes(UTF_8));
    }

    @Test
    void aRequestThatCannotBeMeantIsRefusedWithItsField() {
        String digest = "0".repeat(64);

        assertRefused(() -> get(0, digest, -1, 1), "offset must not be negative");
        assertRefused(() -> get(0, digest, 0, -1), "length must not be negative");
        assertRefused(() -> get(0, digest, 0, Long.MAX_VALUE), "length must be at most 67108864");
        assertRefused(() -> get(0, "../../etc/passwd", 0, 1), "hash must be 64");
        assertRefused(() -> has(0, digest.toUpperCase(java.util.Locale.ROOT) + "A"), "hash must be 64");
    }

    @Test
    void anUploadThatIsBrokenOffLeavesNothing() throws Exception {
        CompletableFuture<StoreContentResponse> answer = new CompletableFuture<>();
        StreamObserver<StoreContentRequest> requests =
                BlobCacheGrpc.newStub(channels.get(0)).storeContent(into(answer));
        requests.onNext(StoreContentRequest.newBuilder()
                .setContent(ByteString.copyFrom(random(MIB)))
                .build());
        Poll.until(() -> agents.get(0).store().usedBytes() > 0);
        requests.onError(new IllegalStateException("the client dies"));
        assertThatThrownBy(answer::get).isInstanceOf(ExecutionException.class);

        Poll.until(() -> agents.get(0).store().usedBytes() == 0);
        Poll.until(() -> filesOf("a").isEmpty());
    }

    @Test
    void clientsAreToldOfTheAgentsThatAreReady() {
        var stub = BlobCacheGrpc.newBlockingStub(channels.get(0));

        assertThat(stub.getAvailableHosts(GetAvailableHostsRequest.getDefaultInstance())
                        .getHostsList())
                .extracting(BlobCacheHost::getHostId)
                .containsExactly("a", "b", "c");
        assertThat(stub.getAvailableHosts(GetAvailableHostsRequest.newBuilder()
                                .setLocality("elsewhere")
                                .build())
                        .getHostsList())
                .isEmpty();
        var state = stub.getState(GetStateRequest.getDefaultInstance());
        assertThat(state.getVersion()).isEqualTo("test");
        assertThat(state.getPrivateIpAddr())
                .as("where others reach it, not where it listens")
                .isEqualTo(agents.getFirst().member().address());
    }

    private List<Path> filesOf(String agent) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve(agent).resolve("stored"))) {
            return files.toList();
        }
    }

    private String ownerOf(String digest) {
        List<String> holders = agents.stream()
                .filter(agent -> agent.store().lengthOf(digest).isPresent())
                .map(agent -> agent.member().id())
                .toList();
        return holders.getLast();
    }

    private void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String rule) {
        assertThatThrownBy(call)
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining(rule)
                .extracting(e -> ((StatusRuntimeException) e).getStatus().getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    private boolean has(int agent, String digest) {
        return BlobCacheGrpc.newBlockingStub(channels.get(agent))
                .hasContent(HasContentRequest.newBuilder().setHash(digest).build())
                .getExists();
    }

    private GetContentResponse get(int agent, String digest, long offset, long length) {
        return BlobCacheGrpc.newBlockingStub(channels.get(agent)).getContent(request(digest, offset, length));
    }

    private byte[] stream(int agent, String digest, long offset, long length) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BlobCacheGrpc.newBlockingStub(channels.get(agent))
                .getContentStream(request(digest, offset, length))
                .forEachRemaining(piece -> bytes.writeBytes(piece.getContent().toByteArray()));
        return bytes.toByteArray();
    }

    private static GetContentRequest request(String digest, long offset, long length) {
        return GetContentRequest.newBuilder()
                .setHash(digest)
                .setOffset(offset)
                .setLength(length)
                .build();
    }

    private StoreContentResponse store(int agent, byte[] content, int messageBytes) throws Exception {
        CompletableFuture<StoreContentResponse> answer = new CompletableFuture<>();
        StreamObserver<StoreContentRequest> requests =
                BlobCacheGrpc.newStub(channels.get(agent)).storeContent(into(answer));
        for (int at = 0; at < content.length; at += messageBytes) {
            requests.onNext(StoreContentRequest.newBuilder()
                    .setContent(ByteString.copyFrom(content, at, Math.min(messageBytes, content.length - at)))
                    .build());
        }
        requests.onCompleted();
        return answer.get();
    }

    private static <T> StreamObserver<T> into(CompletableFuture<T> answer) {
        return new StreamObserver<>() {
            @Override
            public void onNext(T value) {
                answer.complete(value);
            }

            @Override
            public void onError(Throwable failure) {
                answer.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {
                answer.completeExceptionally(new IllegalStateException("no answer"));
            }
        };
    }

    private static ManagedChannel channel(TestAgent agent) {
        return NettyChannelBuilder.forAddress("127.0.0.1", agent.port())
                .usePlaintext()
                .maxInboundMessageSize(65 * MIB)
                .build();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(Sha256.begin().digest(bytes));
    }
}
