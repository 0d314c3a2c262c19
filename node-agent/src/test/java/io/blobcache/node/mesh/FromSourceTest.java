package io.blobcache.node.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.config.SourceConfig;
import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceAddress;
import io.blobcache.node.source.Sources;
import io.blobcache.proto.BlobCacheGrpc;
import io.blobcache.proto.CacheSource;
import io.blobcache.proto.GetContentRequest;
import io.blobcache.proto.StoreContentFromSourceRequest;
import io.blobcache.proto.StoreContentFromSourceResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Storing what the agent's own source has, for a client with the generated stubs. The agent is told that it is a bucket. */
class FromSourceTest {
    @TempDir
    private Path directory;

    private Source source;
    private TestAgent agent;
    private ManagedChannel channel;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(directory.resolve("files/a"));
        Files.writeString(directory.resolve("files/a/b"), "of the source");
        Files.writeString(directory.resolve("secret"), "not of the source");
        source = Sources.open(
                new SourceAddress.Directory(directory.resolve("files")),
                () -> SourceConfig.DEFAULT,
                new SourceCounters());
        agent = new TestAgent("a", source, MeshConfig.DEFAULT, directory.resolve("state"));
        channel = NettyChannelBuilder.forAddress("127.0.0.1", agent.port())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        agent.close();
        source.close();
    }

    @Test
    void aFileOfTheSourceIsStoredUnderItsDigest() {
        StoreContentFromSourceResponse stored = store(CacheSource.newBuilder().setPath("/a/b"));

        assertThat(stored.getErrorMsg()).isEmpty();
        assertThat(stored.getOk()).isTrue();
        assertThat(BlobCacheGrpc.newBlockingStub(channel)
                        .getContent(GetContentRequest.newBuilder()
                                .setHash(stored.getHash())
                                .setLength(100)
                                .build())
                        .getContent()
                        .toString(UTF_8))
                .isEqualTo("of the source");
        assertThat(agent.store().count()).isEqualTo(1);
    }

    @Test
    void withALockItIsTheSame() {
        var stored = BlobCacheGrpc.newBlockingStub(channel)
                .storeContentFromSourceWithLock(request(CacheSource.newBuilder().setPath("a/b")));

        assertThat(stored.getOk()).isTrue();
        assertThat(stored.getFailedToAcquireLock()).isFalse();
        assertThat(stored.getHash())
                .isEqualTo(store(CacheSource.newBuilder().setPath("a/b")).getHash());
    }

    @Test
    void whatIsMissingForbiddenOrOutsideLooksTheSame() {
        String missing = store(CacheSource.newBuilder().setPath("a/nothing")).getErrorMsg();

        assertThat(missing).isNotEmpty().doesNotContain(directory.toString());
        assertThat(store(CacheSource.newBuilder().setPath("../secret")).getErrorMsg())
                .isEqualTo(missing);
        assertThat(store(CacheSource.newBuilder().setPath("a")).getErrorMsg()).isEqualTo(missing);
        assertThat(agent.store().count()).isZero();
    }

    @Test
    void anotherSourceThanTheDeclaredOneIsRefusedAndNeverAsked() {
        StoreContentFromSourceResponse refused = store(CacheSource.newBuilder()
                .setPath("a/b")
                .setBucketName("another")
                .setAccessKey("key")
                .setSecretKey("secret"));

        assertThat(refused.getOk()).isFalse();
        assertThat(refused.getErrorMsg()).contains("source.bucket_name");
        assertThat(agent.store().count()).isZero();
    }

    private StoreContentFromSourceResponse store(CacheSource.Builder from) {
        return BlobCacheGrpc.newBlockingStub(channel).storeContentFromSource(request(from));
    }

    private static StoreContentFromSourceRequest request(CacheSource.Builder from) {
        return StoreContentFromSourceRequest.newBuilder().setSource(from).build();
    }
}
