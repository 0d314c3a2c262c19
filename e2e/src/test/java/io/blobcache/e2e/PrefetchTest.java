package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.Await;
import io.blobcache.e2e.rig.FaultyProxy;
import io.blobcache.e2e.rig.FaultyProxy.Fault;
import io.blobcache.e2e.rig.FileReader;
import io.blobcache.e2e.rig.HttpHead;
import io.blobcache.e2e.rig.S3Server;
import io.blobcache.e2e.rig.Scratch;
import io.blobcache.e2e.rig.Sha256;
import io.blobcache.e2e.rig.Tree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a real source sees of fetching ahead, and what becomes of it. Blocks of 1 MiB, so that short files have many. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PrefetchTest {
    private static final int BLOCK = 1 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final String CONFIG = "blockSize: 1MiB\nprefetch: {wholeFileBytes: 2MiB, windowBytes: 16MiB}\n";

    @RegisterExtension
    final Scratch scratch = new Scratch();

    private Path bucket;

    @BeforeEach
    void makeBucket() {
        bucket = scratch.directory("bucket");
    }

    @Test
    void aReaderInOrderFindsWhatWasFetchedAheadAndTheSourceSeesEachBlockOnce() throws IOException {
        int blocks = 48;
        String truth = Sha256.of(Tree.random(bucket.resolve("object"), (long) blocks * BLOCK, 1));
        S3Server server = new S3Server(scratch, bucket);
        FaultyProxy proxy = new FaultyProxy(scratch, server.port());
        Agent agent = server.planThrough(scratch, proxy).config(CONFIG).start();

        assertThat(FileReader.sha256(agent.path("object"))).isEqualTo(truth);

        assertThat(proxy.requests().stream()
                        .filter(request -> asks(request, "object"))
                        .mapToLong(PrefetchTest::bytes)
                        .sum())
                .isEqualTo((long) blocks * BLOCK);
        assertThat(agent.counter("blobcache_prefetch_bytes_total{result=\"used\"}"))
                .isGreaterThan((blocks / 2.0) * BLOCK);
        assertThat(agent.counter("blobcache_prefetch_bytes_total{result=\"wasted\"}"))
                .isZero();
        assertThat(agent.counter("blobcache_prefetch_unread_bytes")).isZero();
        assertThat(agent.counter("blobcache_prefetch_largest_window_bytes")).isBetween(1.0 * BLOCK, 16.0 * BLOCK);
        Await.until(
                "the closed file's window is gone", LIMIT, () -> agent.counter("blobcache_prefetch_window_bytes") == 0);
    }

    @Test
    void aRandomReaderHasLessThanFivePercentFetchedInVain() throws IOException {
        int blocks = 256;
        Tree.random(bucket.resolve("object"), (long) blocks * BLOCK, 2);
        S3Server server = new S3Server(scratch, bucket);
        Agent agent = server.plan(scratch).config(CONFIG).start();
        Random random = new Random(7);
        try (FileChannel file = FileChannel.open(agent.path("object"))) {
            for (int read = 0; read < 150; read++) {
                long offset = random.nextLong((long) blocks * BLOCK / 4096 - 1) * 4096;
                file.read(ByteBuffer.allocate(4096), offset);
            }
            double inVain = agent.counter("blobcache_prefetch_fetched_bytes_total")
                    - agent.counter("blobcache_prefetch_bytes_total{result=\"used\"}");
            double fetched = agent.stat().get("fromSource").get("receivedBytes").asDouble();
            assertThat(inVain).isLessThan(fetched / 20);
        }
    }

    @Test
    void aStridedReaderFindsTheBlocksOfItsNextSteps() throws IOException {
        int stride = 10;
        Tree.random(bucket.resolve("object"), 300L * BLOCK, 3);
        S3Server server = new S3Server(scratch, bucket);
        Agent agent = server.plan(scratch).config(CONFIG).start();
        try (FileChannel file = FileChannel.open(agent.path("object"))) {
            for (int step = 0; step < 25; step++) {
                file.read(ByteBuffer.allocate(4096), (1L + (long) step * stride) * BLOCK);
            }
        }
        assertThat(agent.counter("blobcache_prefetch_bytes_total{result=\"used\"}"))
                .isGreaterThan(10.0 * BLOCK);
    }

    @Test
    void closingTheFileCancels() throws IOException {
        Tree.random(bucket.resolve("object"), 16L * BLOCK, 4);
        S3Server server = new S3Server(scratch, bucket);
        FaultyProxy proxy = new FaultyProxy(scratch, server.port());
        proxy.mood(
                request -> asks(request, "object") && block(request) > 0 ? new Fault.Trickle(BLOCK) : new Fault.None());
        Agent agent = server.planThrough(scratch, proxy)
                .config("blockSize: 1MiB\nprefetch: {wholeFileBytes: 16MiB, workers: 2}\n")
                .start();
        try (FileChannel file = FileChannel.open(agent.path("object"))) {
            file.read(ByteBuffer.allocate(4096), 0);
            Await.until("blocks are on their way", LIMIT, () -> proxy.count("GET", "object") >= 3);
        }
        Await.until(
                "the fetch is cancelled",
                LIMIT,
                () -> agent.counter("blobcache_prefetch_cancelled_total{reason=\"close\"}") == 1);
        Await.until(
                "what is on its way ends",
                LIMIT,
                () -> agent.counter("blobcache_prefetch_fetched_bytes_total") >= 2.0 * BLOCK);
        assertThat(proxy.count("GET", "object")).isLessThan(12);
    }

    @Test
    void theFilesOfADirectoryThatIsReadInOrderAreThereBeforeTheirReader() throws IOException {
        int files = 60;
        Path directory = Files.createDirectories(bucket.resolve("d"));
        for (int file = 0; file < files; file++) {
            Tree.random(directory.resolve(name(file)), 5_000, file);
        }
        S3Server server = new S3Server(scratch, bucket);
        FaultyProxy proxy = new FaultyProxy(scratch, server.port());
        Agent agent = server.planThrough(scratch, proxy).start();
        List<String> names;
        try (var listed = Files.list(agent.path("d"))) {
            names = listed.map(path -> path.getFileName().toString()).sorted().toList();
        }
        assertThat(names)
                .isEqualTo(
                        IntStream.range(0, files).mapToObj(PrefetchTest::name).toList());
        for (String name : names) {
            assertThat(Files.readAllBytes(agent.path("d/" + name)))
                    .isEqualTo(Files.readAllBytes(directory.resolve(name)));
        }
        assertThat(agent.counter("blobcache_prefetch_bytes_total{result=\"used\"}"))
                .isGreaterThan(files / 2.0 * 5_000);
        for (String name : names) {
            assertThat(proxy.count("GET", "d/" + name)).as(name).isEqualTo(1);
        }
    }

    private static String name(int number) {
        return "f%03d".formatted(number);
    }

    private static boolean asks(HttpHead request, String key) {
        return request.method().equals("GET") && request.isFor(key);
    }

    private static long bytes(HttpHead request) {
        String[] range = request.header("Range").replace("bytes=", "").split("-", 2);
        return Long.parseLong(range[1]) - Long.parseLong(range[0]) + 1;
    }

    private static int block(HttpHead request) {
        String range = request.header("Range").replace("bytes=", "");
        return (int) (Long.parseLong(range.substring(0, range.indexOf('-'))) / BLOCK);
    }
}
