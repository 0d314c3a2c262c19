package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.Await;
import io.blobcache.e2e.rig.Bodies;
import io.blobcache.e2e.rig.Crowd;
import io.blobcache.e2e.rig.FaultyProxy;
import io.blobcache.e2e.rig.FaultyProxy.Fault;
import io.blobcache.e2e.rig.FileReader;
import io.blobcache.e2e.rig.HttpHead;
import io.blobcache.e2e.rig.PageCache;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Whatever a source does, a reader gets the right bytes or an honest error in time, and nothing wrong is kept: F-28 to
 * F-38 of the fault catalogue.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SourceFaultTest {
    /** Three blocks, the last one short. */
    private static final long LENGTH = (10 << 20) + 12_345;

    /** The catalogue's times scaled down. Prefetching is off so that requests can be counted. */
    private static final String IMPATIENT = """
            source: {attempts: 4, minBackoff: 20ms, maxBackoff: 200ms, connectTimeout: 500ms, stallTimeout: 1s}
            fuse: {readDeadline: 8s}
            listing: {ttl: 1s, negativeTtl: 1s}
            prefetch: {windowBytes: 0}
            """;

    /** Four attempts that stall for 1 s each, their pauses, and a slow machine. */
    private static final Duration IN_TIME = Duration.ofSeconds(12);

    private static final Duration HEALED_WITHIN = Duration.ofSeconds(15);

    @RegisterExtension
    final Scratch scratch = new Scratch();

    private Path bucket;
    private S3Server server;
    private FaultyProxy proxy;
    private Agent agent;

    @BeforeEach
    void mount() {
        bucket = scratch.directory("bucket");
        Tree.random(bucket.resolve("object"), LENGTH, 1);
        Tree.random(bucket.resolve("other"), LENGTH, 2);
        for (int i = 0; i < FAULTS.size(); i++) {
            Tree.random(bucket.resolve("fault" + i), LENGTH, 3 + i);
        }
        server = new S3Server(scratch, bucket);
        proxy = new FaultyProxy(scratch, server.port());
        agent = server.planThrough(scratch, proxy).config(IMPATIENT).start();
    }

    /** Each on an object of its own, all at once. */
    private static final List<Fault> FAULTS = List.of(
            new Fault.Instead(503, "Retry-After: 0\r\n", "<Error><Code>SlowDown</Code></Error>"),
            new Fault.Instead(500, "", "<Error><Code>InternalError</Code></Error>"),
            new Fault.Instead(429, "", ""),
            new Fault.Truncated(1),
            new Fault.Truncated(1 << 20),
            new Fault.Truncated(1L << 40),
            new Fault.Reset(0),
            new Fault.Reset(100_000),
            new Fault.Reset((4 << 20) - 1),
            new Fault.Silence(),
            new Fault.Rewritten("Content-Range: bytes \\d+", "Content-Range: bytes 7"),
            new Fault.Rewritten("HTTP/1.1 206", "HTTP/1.1 204"),
            new Fault.Rewritten("Content-Length: \\d+", "Content-Length: 17"),
            new Fault.Rewritten("HTTP/1.1 206", "HTTP/1.1 200"),
            new Fault.Rewritten("Content-Range: [^\r]*", "X-Nothing: 1"),
            new Fault.Recoded(
                    "Content-Type: [^\r]*", "Content-Type: multipart/byteranges; boundary=x", Bodies::multipart),
            new Fault.Recoded("Content-Type: ", "Content-Encoding: gzip\r\nContent-Type: ", Bodies::gzip));

    @Test
    void faultsThatPassCostNothingButTime() {
        ConcurrentHashMap<String, Boolean> spoiled = new ConcurrentHashMap<>();
        proxy.mood(
                request -> spoiled.putIfAbsent(request.target(), true) == null ? faultOf(request) : new Fault.None());

        List<Crowd.Outcome<String>> outcomes = readAll();

        for (int i = 0; i < FAULTS.size(); i++) {
            assertThat(outcomes.get(i).failure()).as("%s", FAULTS.get(i)).isEmpty();
            assertThat(outcomes.get(i).value()).as("%s", FAULTS.get(i)).isEqualTo(truth("fault" + i));
        }
    }

    @Test
    void faultsThatStayAreErrorsInTimeAndNothingIsKeptOfThem() {
        proxy.mood(SourceFaultTest::faultOf);

        List<Crowd.Outcome<String>> outcomes = readAll();

        for (int i = 0; i < FAULTS.size(); i++) {
            assertThat(outcomes.get(i).failure())
                    .as("%s", FAULTS.get(i))
                    .containsAnyOf("Input/output error", "Connection timed out");
            assertThat(outcomes.get(i).took()).as("%s", FAULTS.get(i)).isLessThan(IN_TIME);
        }
        proxy.mood(_ -> new Fault.None());
        for (int i = 0; i < FAULTS.size(); i++) {
            String key = "fault" + i;
            String truth = truth(key);
            // For a few seconds a failure is remembered.
            Await.until(
                    "right after " + FAULTS.get(i),
                    HEALED_WITHIN,
                    () -> truth.equals(read(key).value()));
        }
    }

    /** It costs traffic and no byte is wrong. */
    @Test
    void aServerThatIgnoresRangesIsStillReadRight() throws IOException {
        proxy.mood(request -> content(request) ? new Fault.RangeLost() : new Fault.None());

        assertThat(read("object").value()).isEqualTo(truth("object"));
        assertThat(FileReader.bytes(agent.path("other"), LENGTH - 777, 777))
                .isEqualTo(FileReader.bytes(bucket.resolve("other"), LENGTH - 777, 777));
    }

    private List<Crowd.Outcome<String>> readAll() {
        return Crowd.read(
                FAULTS.size(), Duration.ofMinutes(1), number -> FileReader.sha256(agent.path("fault" + number)));
    }

    private static Fault faultOf(HttpHead request) {
        for (int i = 0; i < FAULTS.size(); i++) {
            if (request.method().equals("GET") && request.isFor("fault" + i)) {
                return FAULTS.get(i);
            }
        }
        return new Fault.None();
    }

    private String truth(String key) {
        return Sha256.of(bucket.resolve(key));
    }

    @Test
    void retryAfterIsObeyed() throws IOException {
        ConcurrentHashMap<String, Boolean> spoiled = new ConcurrentHashMap<>();
        proxy.mood(request -> content(request) && spoiled.putIfAbsent("", true) == null
                ? new Fault.Instead(503, "Retry-After: 2\r\n", "<Error><Code>SlowDown</Code></Error>")
                : new Fault.None());

        Crowd.Outcome<String> outcome = read("object");

        assertThat(outcome.value()).isEqualTo(truth("object"));
        assertThat(outcome.took()).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    }

    /** The kernel asks twice, for what it reads ahead and then for the one page: twice fuse.readDeadline of 8 s. */
    @Test
    void aBodyTooSlowToBeOfUseIsATimeout() {
        proxy.mood(request -> content(request) ? new Fault.Trickle(100) : new Fault.None());

        Crowd.Outcome<byte[]> outcome = Crowd.read(
                        1, Duration.ofMinutes(1), _ -> FileReader.bytes(agent.path("object"), 0, 4096))
                .getFirst();

        assertThat(outcome.failure()).contains("Connection timed out");
        assertThat(outcome.took()).isLessThan(Duration.ofSeconds(20));
    }

    /** What was read before is still there; what was not is an error, and never "no such file". */
    @Test
    void aSourceThatIsAwayTakesNothingAway() throws IOException {
        String truth = FileReader.sha256(agent.path("object"));
        proxy.mood(_ -> new Fault.Reset(0));
        Await.pause(Duration.ofSeconds(3)); // Longer than names are believed.

        assertThat(FileReader.sha256(agent.path("object"))).isEqualTo(truth);
        Crowd.Outcome<String> cold = read("other");
        assertThat(cold.failure()).contains("Input/output error");
        assertThat(cold.took()).isLessThan(IN_TIME);
        assertThat(Files.exists(agent.path("object"))).isTrue();
    }

    /** F-30: connections stand, and nothing comes over them. */
    @Test
    void aSourceThatSaysNothingTakesNothingAwayAndIsReadAgainWhenItSpeaks() throws IOException {
        String truth = FileReader.sha256(agent.path("object"));
        proxy.mood(_ -> new Fault.Silence());
        Await.pause(Duration.ofSeconds(3)); // Longer than names are believed.

        Crowd.Outcome<String> cold = read("other");
        assertThat(cold.failure()).containsAnyOf("Input/output error", "Connection timed out");
        assertThat(cold.took()).isLessThan(IN_TIME);
        assertThat(FileReader.sha256(agent.path("object"))).isEqualTo(truth);
        assertThat(Files.exists(agent.path("object"))).isTrue();
        Await.until("it is told", IN_TIME, () -> agent.counter("blobcache_source_reachable{source=\"s3\"}") == 0);

        proxy.mood(_ -> new Fault.None());
        Await.until(
                "it is read again",
                HEALED_WITHIN,
                () -> truth("other").equals(read("other").value()));
        Await.until("it is told", HEALED_WITHIN, () -> agent.counter("blobcache_source_reachable{source=\"s3\"}") == 1);
    }

    @Test
    void aHostileNameStartsNoLineOfTheLog() throws IOException {
        String hostile = "new\nFORGED line";
        Files.createDirectory(bucket.resolve(hostile));
        Files.writeString(bucket.resolve(hostile).resolve("file"), "never listed");
        Await.until("it is seen", Duration.ofSeconds(10), () -> Files.exists(agent.path(hostile)));
        proxy.mood(_ -> new Fault.Reset(0));

        assertThat(read(hostile + "/file").failure()).contains("Input/output error");

        assertThat(agent.log()).contains("source cannot be reached").contains("FORGED line");
        assertThat(agent.log().lines()).noneMatch(line -> line.startsWith("FORGED"));
    }

    /** A server that takes no connection at all. */
    @Test
    void aServerThatIsDownIsAnErrorInTime() throws IOException {
        assertThat(FileReader.sha256(agent.path("object"))).isEqualTo(truth("object"));
        proxy.close();

        Crowd.Outcome<String> cold = read("other");

        assertThat(cold.failure()).contains("Input/output error");
        assertThat(cold.took()).isLessThan(Duration.ofSeconds(5));
        assertThat(FileReader.sha256(agent.path("object"))).isEqualTo(truth("object"));
    }

    @Test
    void anObjectThatChangesWhileItIsReadIsNeverMixed() throws IOException {
        byte[] old = Files.readAllBytes(bucket.resolve("object"));
        byte[] next = Files.readAllBytes(bucket.resolve("other"));
        try (FileChannel reader = FileChannel.open(agent.path("object"))) {
            ByteBuffer first = ByteBuffer.allocate(1000);
            reader.read(first, 0);
            server.put("object", next);

            ByteBuffer last = ByteBuffer.allocate(1000);
            Crowd.Outcome<Integer> outcome = Crowd.read(1, IN_TIME, _ -> reader.read(last, LENGTH - 1000))
                    .getFirst();

            assertThat(first.array()).isEqualTo(java.util.Arrays.copyOf(old, 1000));
            if (outcome.failure().isEmpty()) {
                assertThat(last.array())
                        .isEqualTo(java.util.Arrays.copyOfRange(old, (int) LENGTH - 1000, (int) LENGTH));
            } else {
                assertThat(outcome.failure()).contains("Stale file handle");
            }
        }
        String truth = truth("object");
        Await.until(
                "a new open sees the new version",
                Duration.ofSeconds(10),
                () -> truth.equals(read("object").value()));
    }

    /** The file stays open, and the kernel forgets what it has of it: what is read then comes from the agent. */
    @Test
    void whatIsCachedOfAVersionThatIsGoneIsServedAndTheRestIsStale() throws IOException {
        byte[] old = FileReader.bytes(bucket.resolve("object"), 0, 1000);
        try (FileChannel reader = FileChannel.open(agent.path("object"))) {
            reader.read(ByteBuffer.allocate(1000), 0);
            server.put("object", Files.readAllBytes(bucket.resolve("other")));
            PageCache.forget(agent.path("object"));

            ByteBuffer cached = ByteBuffer.allocate(1000);
            assertThat(reader.read(cached, 0)).isEqualTo(1000);
            Crowd.Outcome<Integer> rest = Crowd.read(1, IN_TIME, _ -> reader.read(ByteBuffer.allocate(10), LENGTH - 10))
                    .getFirst();

            assertThat(cached.array()).isEqualTo(old);
            assertThat(rest.failure()).contains("Stale file handle");
        }
    }

    @Test
    void anObjectThatIsDeletedIsGoneWhenItsNameIsNoLongerBelieved() throws IOException {
        assertThat(FileReader.sha256(agent.path("object"))).isEqualTo(truth("object"));

        Files.delete(bucket.resolve("object"));

        // listing.ttl 1 s: the kernel, which may believe a name for 5 s, believes this one for the rest of that second.
        Await.until("it is gone", Duration.ofSeconds(4), () -> !Files.exists(agent.path("object")));
        assertThat(read("object").failure()).contains("NoSuchFileException");
    }

    @Test
    void credentialsThatExpireAreRenewedOnceAndNeverLogged() throws IOException {
        ConcurrentHashMap<String, Boolean> spoiled = new ConcurrentHashMap<>();
        Fault expired = new Fault.Instead(403, "", "<Error><Code>ExpiredToken</Code></Error>");
        proxy.mood(request -> content(request) && spoiled.putIfAbsent("", true) == null ? expired : new Fault.None());

        assertThat(FileReader.sha256(agent.path("object"))).isEqualTo(truth("object"));

        proxy.mood(request -> content(request) ? expired : new Fault.None());
        assertThat(read("other").failure()).contains("Permission denied");
        assertThat(agent.log()).doesNotContain(server.credentials().values());
    }

    @Test
    void redirectsInACircleEnd() {
        String location = "Location: http://127.0.0.1:" + proxy.port() + "/bucket/object\r\n";
        proxy.mood(request -> content(request) ? new Fault.Instead(302, location, "") : new Fault.None());

        Crowd.Outcome<String> outcome = read("object");

        assertThat(outcome.failure()).isNotEmpty();
        assertThat(outcome.took()).isLessThan(IN_TIME);
        assertThat(proxy.count("GET", "object")).isLessThan(20);
    }

    /** A hundred readers that try again and again must not be a hundred times the load. */
    @Test
    void aBrokenObjectIsAskedForAtMostOnceASecond() {
        proxy.mood(request -> content(request) ? new Fault.Instead(500, "", "") : new Fault.None());
        Duration watched = Duration.ofSeconds(20);
        long end = System.nanoTime() + watched.toNanos();

        List<Crowd.Outcome<Integer>> outcomes = Crowd.read(100, watched.plus(IN_TIME), _ -> {
            int tries = 0;
            for (; System.nanoTime() < end; tries++) {
                assertThat(read("object").failure()).contains("Input/output error");
                Await.pause(Duration.ofMillis(100)); // Else a hundred busy loops would keep the agent from working.
            }
            return tries;
        });

        assertThat(outcomes).extracting(Crowd.Outcome::failure).containsOnly("");
        List<HttpHead> asked =
                proxy.requests().stream().filter(SourceFaultTest::content).toList();
        for (int i = 24; i < asked.size(); i++) {
            Duration span =
                    Duration.ofNanos(asked.get(i).atNanos() - asked.get(i - 24).atNanos());
            assertThat(span).as("24 requests").isGreaterThanOrEqualTo(Duration.ofSeconds(8));
        }
        // And the first attempts, which are quick.
        assertThat(asked.size()).isLessThanOrEqualTo((int) watched.toSeconds() + 4);
    }

    private Crowd.Outcome<String> read(String key) {
        return Crowd.read(1, Duration.ofMinutes(1), _ -> FileReader.sha256(agent.path(key)))
                .getFirst();
    }

    private static boolean content(HttpHead request) {
        return request.method().equals("GET") && (request.isFor("object") || request.isFor("other"));
    }
}
