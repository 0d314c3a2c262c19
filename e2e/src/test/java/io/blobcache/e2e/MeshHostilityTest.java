package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.Await;
import io.blobcache.e2e.rig.Fleet;
import io.blobcache.e2e.rig.HostileClient;
import io.blobcache.e2e.rig.S3Server;
import io.blobcache.e2e.rig.Scratch;
import io.blobcache.e2e.rig.Sha256;
import io.blobcache.e2e.rig.TestPeer;
import io.blobcache.e2e.rig.Tree;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever a client asks, others are answered and memory stays within bounds: F-49. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class MeshHostilityTest {
    private static final int BLOCK_BYTES = 1 << 20;
    private static final int FILES = 40;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** scripts/agent.jvm: heap 256, direct memory 64, code 64; buffers 64; classes, stacks and malloc's own. */
    private static final long MAX_RESIDENT_BYTES = (256L + 64 + 64 + 64 + 64) << 20;

    private static final String CONFIG = """
            memory: {budgetBytes: 64MiB}
            prefetch: {filesAhead: 0}
            blockSize: 1MiB
            """;

    @RegisterExtension
    final Scratch scratch = new Scratch();

    private Agent agent;
    private HostileClient client;
    private ReadBlockRequest good;
    private String address;

    /** A peer that the agent asks first tells us what a good request for one of its blocks is. */
    @BeforeEach
    void start() {
        Path tree = Tree.random(scratch.directory("tree"), FILES, 1, 2 * BLOCK_BYTES);
        TestPeer listener = new TestPeer(scratch, (_, to) -> to.onError(Status.NOT_FOUND.asException()));
        Fleet fleet = new Fleet(scratch, () -> Agent.of(scratch, tree));
        address = "127.0.0.1:" + S3Server.freePort();
        fleet.member("node-0", address);
        fleet.member("listener", listener.address());
        fleet.list(0, "listener");
        agent = fleet.start(0, CONFIG, "");
        int[] next = {0};
        // On a busy machine the first connection may take longer than the agent waits for it.
        Await.until("the listener is asked", LIMIT, () -> {
            Sha256.of(agent.path("f" + next[0]++));
            return !listener.requests().isEmpty();
        });
        good = listener.requests().getFirst().toBuilder().setBlockIndex(0).build();
        client = new HostileClient(scratch, address);
        assertThat(client.ask(good)).isEqualTo(Status.Code.OK);
    }

    @Test
    void requestsThatContradictThemselvesAreRefused() {
        assertThat(client.ask(good.toBuilder().setBlockIndex(-1).build())).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(client.ask(good.toBuilder().setBlockIndex(2).build())).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(client.ask(good.toBuilder().setBlobBytes(0).build())).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(client.ask(good.toBuilder().setBlobBytes(Long.MAX_VALUE).build()))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(client.ask(good.toBuilder().setBlobBytes(1L << 40).build()))
                .isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(client.ask(good.toBuilder().setBlockBytes(1).build())).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(client.ask(good.toBuilder().setPath("../../etc/passwd").build()))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(client.ask(good.toBuilder().setPath("another").build())).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(client.ask(good.toBuilder().setPath("a".repeat(5000)).build()))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(client.ask(good.toBuilder().setBlobId(ByteString.EMPTY).build()))
                .isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(client.ask(good)).isEqualTo(Status.Code.OK);
    }

    @Test
    void aMessageOf64MebibytesIsRefusedUnread() throws IOException {
        ReadBlockRequest huge = good.toBuilder()
                .setBlobId(ByteString.copyFrom(new byte[64 << 20]))
                .build();
        for (int i = 0; i < 5; i++) {
            assertThat(client.ask(huge)).isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.CANCELLED);
        }

        assertThat(client.ask(good)).isEqualTo(Status.Code.OK);
        assertThat(residentBytes()).isLessThan(MAX_RESIDENT_BYTES);
    }

    @Test
    void tenThousandStreamsOnOneConnectionAllEnd() throws IOException {
        HostileClient flood = new HostileClient(scratch, address);

        int ended = flood.flood(good, 10_000, LIMIT);

        assertThat(ended).isEqualTo(10_000);
        assertThat(residentBytes()).isLessThan(MAX_RESIDENT_BYTES);
        assertThat(client.ask(good)).isEqualTo(Status.Code.OK);
    }

    @Test
    void clientsThatNeverReadHoldUpNobodyElseForLong() throws IOException {
        // A call whose window is full waits, and keeps its turn.
        Await.until("all turns are taken", LIMIT, () -> {
            new HostileClient(scratch, address).neverRead(good, 500);
            return IntStream.range(0, 5).allMatch(_ -> client.ask(good) != Status.Code.OK);
        });
        Await.until("others are answered", LIMIT, () -> client.ask(good) == Status.Code.OK);
        assertThat(residentBytes()).isLessThan(MAX_RESIDENT_BYTES);
        assertThat(agent.log()).doesNotContain("OutOfDirectMemory", "OutOfMemory");
    }

    private long residentBytes() throws IOException {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(agent.pid()), "status"))) {
            String line =
                    lines.filter(each -> each.startsWith("VmRSS:")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        }
    }
}
