package io.blobcache.node.mesh.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.blobcache.node.fs.Poll;
import io.blobcache.node.mesh.wire.ContentMethods;
import io.blobcache.node.metrics.StoreCounters;
import io.blobcache.node.store.ContentStore;
import io.blobcache.proto.BlobCacheGrpc;
import io.blobcache.proto.StoreContentRequest;
import io.blobcache.proto.StoreContentResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that begin a content and say no more, over real sockets; time is moved by hand. */
class UploadSilenceTest {
    /** So much is written at once. */
    private static final int PIECE_BYTES = 256 << 10;

    @TempDir
    private Path directory;

    private final HandClock clock = new HandClock();
    private final StoreCounters counters = new StoreCounters();
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void open() throws IOException {
        ContentStore store = ContentStore.open(directory, 8 << 20, () -> 0, counters);
        UploadCalls uploads = new UploadCalls(store, counters, _ -> {}, clock);
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(ServerServiceDefinition.builder(BlobCacheGrpc.SERVICE_NAME)
                        .addMethod(ContentMethods.storing(), uploads)
                        .build())
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void close() throws InterruptedException {
        channel.shutdownNow();
        server.shutdownNow();
        assertThat(server.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void clientsThatSayNothingGiveTheirTurnsToOthersAndLeaveNoFile() throws Exception {
        List<Call> silent = new ArrayList<>();
        for (int i = 0; i < UploadCalls.MAX_UPLOADS; i++) {
            Call call = new Call();
            call.send("begun " + i);
            silent.add(call);
        }
        Poll.until(() -> clock.sleepers() == UploadCalls.MAX_UPLOADS && files() == UploadCalls.MAX_UPLOADS);

        clock.pass(UploadCall.SILENCE);

        for (Call call : silent) {
            assertThat(call.end.get(20, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        }
        assertThat(files()).isZero();
        assertThat(counters.failed.sum()).isEqualTo(UploadCalls.MAX_UPLOADS);
        Call next = new Call();
        next.send("next");
        next.requests.onCompleted();
        assertThat(next.end.get(20, TimeUnit.SECONDS).isOk()).isTrue();
    }

    @Test
    void aSlowClientIsWaitedFor() throws Exception {
        Duration most = UploadCall.SILENCE.multipliedBy(2).dividedBy(3);
        Call slow = new Call();
        for (int i = 1; i <= 4; i++) {
            long bytes = (long) i * PIECE_BYTES;
            slow.send("x".repeat(PIECE_BYTES));
            Poll.until(() -> writtenBytes() == bytes);
            clock.pass(most);
        }

        slow.requests.onCompleted();

        assertThat(slow.end.get(20, TimeUnit.SECONDS).isOk()).isTrue();
    }

    private long files() throws IOException {
        return parts().size();
    }

    private long writtenBytes() throws IOException {
        long bytes = 0;
        for (Path part : parts()) {
            bytes += Files.size(part);
        }
        return bytes;
    }

    /** What is still being written. */
    private List<Path> parts() throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.filter(path -> path.toString().endsWith(".part")).toList();
        }
    }

    /** What a client sees of one upload. */
    private final class Call implements StreamObserver<StoreContentResponse> {
        final CompletableFuture<Status> end = new CompletableFuture<>();
        final StreamObserver<StoreContentRequest> requests =
                BlobCacheGrpc.newStub(channel).storeContent(this);

        void send(String content) {
            requests.onNext(StoreContentRequest.newBuilder()
                    .setContent(ByteString.copyFrom(content, UTF_8))
                    .build());
        }

        @Override
        public void onNext(StoreContentResponse response) {}

        @Override
        public void onError(Throwable failure) {
            end.complete(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }
    }
}
