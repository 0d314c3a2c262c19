package io.blobcache.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.fs.Poll;
import io.blobcache.node.tier.ScriptedSource;
import io.blobcache.proto.BlobCacheGrpc;
import io.blobcache.proto.GetContentRequest;
import io.blobcache.proto.GetContentResponse;
import io.blobcache.proto.StoreContentRequest;
import io.blobcache.proto.StoreContentResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that ask for all the content that may be on its way at once, and take none of it. */
class ClientThatNeverReadsTest {
    private static final int MIB = 1 << 20;

    private static final int MAX_ON_THEIR_WAY = 128 * MIB;
    private static final int PIECE = 4 * MIB;

    /** Half of a response, which is what is counted of a stream. */
    private static final int STREAM_PIECE = 2 * MIB;

    private TestAgent agent;
    private ManagedChannel channel;
    private ManagedChannel others;
    private String digest;

    @BeforeEach
    void open() throws Exception {
        // Five of these without a byte taken, and 4 s for 4 MiB, are what a client has: 8 s to bring about what is
        // tested.
        MeshConfig impatient = TestAgent.config("a", MeshConfig.DEFAULT, false, Duration.ofMillis(800));
        agent = new TestAgent("a", new ScriptedSource(new byte[0]), MeshConfigs.wide(impatient));
        agent.members(agent.member());
        channel = channel();
        others = channel();
        digest = store(new byte[PIECE]);
    }

    @AfterEach
    void close() throws InterruptedException {
        for (ManagedChannel opened : new ManagedChannel[] {channel, others}) {
            opened.shutdownNow();
            assertThat(opened.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        }
        agent.close();
    }

    @Test
    void othersAreServedAgainWhenNobodyTakesWholeResponses() {
        neverRead(BlobCacheGrpc.getGetContentMethod(), PIECE);

        assertThat(get()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        Poll.until(() -> get() == Status.Code.OK);
    }

    @Test
    void othersAreServedAgainWhenNobodyTakesStreams() {
        neverRead(BlobCacheGrpc.getGetContentStreamMethod(), STREAM_PIECE);

        assertThat(get()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        Poll.until(() -> get() == Status.Code.OK);
    }

    private void neverRead(MethodDescriptor<GetContentRequest, GetContentResponse> method, int countedBytes) {
        for (int i = 0; i < MAX_ON_THEIR_WAY / countedBytes; i++) {
            ClientCall<GetContentRequest, GetContentResponse> call = channel.newCall(method, CallOptions.DEFAULT);
            call.start(new ClientCall.Listener<>() {}, new Metadata());
            call.sendMessage(request());
            call.halfClose();
        }
        Poll.until(() -> agent.stored.servedBytes.sum() >= MAX_ON_THEIR_WAY);
    }

    private Status.Code get() {
        try {
            BlobCacheGrpc.newBlockingStub(others).getContent(request());
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    private GetContentRequest request() {
        return GetContentRequest.newBuilder().setHash(digest).setLength(PIECE).build();
    }

    private String store(byte[] content) throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        StreamObserver<StoreContentRequest> requests = BlobCacheGrpc.newStub(others)
                .storeContent(new StreamObserver<>() {
                    @Override
                    public void onNext(StoreContentResponse stored) {
                        answer.complete(stored.getHash());
                    }

                    @Override
                    public void onError(Throwable failure) {
                        answer.completeExceptionally(failure);
                    }

                    @Override
                    public void onCompleted() {
                        answer.completeExceptionally(new IllegalStateException("no answer"));
                    }
                });
        requests.onNext(StoreContentRequest.newBuilder()
                .setContent(ByteString.copyFrom(content))
                .build());
        requests.onCompleted();
        return answer.get(20, TimeUnit.SECONDS);
    }

    /** With a window that holds little of a response. */
    private ManagedChannel channel() {
        return NettyChannelBuilder.forAddress("127.0.0.1", agent.port())
                .usePlaintext()
                .flowControlWindow(64 << 10)
                .maxInboundMessageSize(65 * MIB)
                .build();
    }
}
