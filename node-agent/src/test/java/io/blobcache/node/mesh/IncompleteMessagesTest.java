package io.blobcache.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.fs.Poll;
import io.blobcache.node.tier.ScriptedSource;
import io.blobcache.proto.BlobCacheGrpc;
import io.blobcache.proto.HasContentRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that are said to be long and stop in the middle (F-49): neither their bytes nor their streams are kept. */
class IncompleteMessagesTest {
    private static final int STREAMS = 1000;
    private static final int LONG_BYTES = (16 << 20) - 1;

    /** 250 MiB over all streams, half of what the process of these tests has. */
    private static final int SENT_BYTES = 256 << 10;

    private static final long MAX_KEPT_BYTES = 64 << 20;
    private static final String PATH = "/blobcache.BlobCache/HasContent";

    private TestAgent agent;
    private ManagedChannel others;

    @BeforeEach
    void open() {
        // Five of these for a request to come.
        MeshConfig impatient = TestAgent.config("a", MeshConfig.DEFAULT, false, Duration.ofMillis(200));
        agent = new TestAgent("a", new ScriptedSource(new byte[0]), impatient);
        others = NettyChannelBuilder.forAddress("127.0.0.1", agent.port())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void close() throws InterruptedException {
        others.shutdownNow();
        assertThat(others.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        agent.close();
    }

    @Test
    void longRequestsAreEndedBeforeTheyTakeMemoryAndOthersAreServed() throws Exception {
        ask();
        long before = directBytes();
        try (RawStreams hostile = new RawStreams(agent.port())) {
            for (int i = 0; i < STREAMS; i++) {
                hostile.begin(PATH, LONG_BYTES, SENT_BYTES);
                if (i % 100 == 0) {
                    ask();
                }
            }
            Poll.until(() -> hostile.ended.size() == STREAMS);
            assertThat(directBytes() - before).isLessThan(MAX_KEPT_BYTES);
            ask();
        }
    }

    @Test
    void aRequestThatStopsInTheMiddleIsEnded() throws Exception {
        try (RawStreams hostile = new RawStreams(agent.port())) {
            for (int i = 0; i < 100; i++) {
                hostile.begin(PATH, 40 << 10, 16 << 10);
            }
            ask();

            Poll.until(() -> hostile.ended.size() == 100);
        }
    }

    private void ask() {
        assertThat(BlobCacheGrpc.newBlockingStub(others)
                        .withDeadlineAfter(10, TimeUnit.SECONDS)
                        .hasContent(HasContentRequest.newBuilder()
                                .setHash("0".repeat(64))
                                .build())
                        .getOk())
                .isTrue();
    }

    private static long directBytes() {
        List<BufferPoolMXBean> pools = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);
        long counted = pools.stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return counted + Math.max(0, PlatformDependent.usedDirectMemory());
    }
}
