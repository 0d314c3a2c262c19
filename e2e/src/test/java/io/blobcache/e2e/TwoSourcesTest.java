package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.Await;
import io.blobcache.e2e.rig.Crowd;
import io.blobcache.e2e.rig.FaultyProxy;
import io.blobcache.e2e.rig.FaultyProxy.Fault;
import io.blobcache.e2e.rig.FileReader;
import io.blobcache.e2e.rig.S3Server;
import io.blobcache.e2e.rig.Scratch;
import io.blobcache.e2e.rig.Sha256;
import io.blobcache.e2e.rig.Shell;
import io.blobcache.e2e.rig.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A bucket, with keys of its own, and a directory in one mount of {@code blobcache agent}. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TwoSourcesTest {
    /** Twice the pause between two probes, and the tries of one. */
    private static final Duration NOTICED = Duration.ofSeconds(30);

    private static final long[] LENGTHS = {0, 1, 4096, 70_000, (4 << 20) + 1, 9 << 20};

    /** With 64 MiB, of which half are the memory tier, there are 8 buffers of 4 MiB. */
    private static final int STUCK = 16;

    private static final Duration CROWD_LIMIT = Duration.ofMinutes(2);

    @RegisterExtension
    final Scratch scratch = new Scratch();

    private Path models;
    private Path data;
    private Path keys;
    private S3Server server;
    private FaultyProxy proxy;
    private Agent.Plan plan;

    @BeforeEach
    void serve() throws IOException {
        models = Tree.random(scratch.directory("models"), 12, 1, LENGTHS);
        Tree.random(models.resolve("deep/er"), 6, 20, LENGTHS);
        Tree.random(models.resolve("many"), STUCK, 60, 4 << 20);
        data = Tree.random(scratch.directory("data"), 12, 40, LENGTHS);
        server = new S3Server(scratch, models);
        proxy = new FaultyProxy(scratch, server.port());
        keys = scratch.directory("keys");
        writeKeys();
        plan = Agent.of(scratch, data).toldByFile("""
                memory: {budgetBytes: 64MiB}
                source: {attempts: 2, minBackoff: 20ms, maxBackoff: 100ms}
                sources:
                  - url: s3://%s
                    endpoint: http://127.0.0.1:%d
                    region: us-east-1
                    pathStyle: true
                    credentials: %s
                    path: models/llm
                  - {url: "dir:%s", path: data}
                """.formatted(S3Server.BUCKET, proxy.port(), keys, data));
    }

    @Test
    void bothArriveAsTheyAreAlsoWhereTheirKeysAreEqual() {
        Agent agent = plan.start();

        assertSame(agent.path("models/llm"), models, "models.sums");
        assertSame(agent.path("data"), data, "data.sums");
        assertThat(Shell.script("cd \"$1\" && find . -maxdepth 2 -not -name 'f*' | sort", agent.mount())
                        .out()
                        .lines())
                .containsExactly(".", "./data", "./models", "./models/llm");
    }

    @Test
    void aSourceThatFailsIsToldIsServedAgainWhenItIsBackAndNeverHeldTheOtherUp() {
        proxy.mood(_ -> new Fault.Instead(503, "", ""));
        Agent agent = plan.start();

        assertSame(agent.path("data"), data, "data.sums");
        assertThat(Shell.script("ls \"$1\"/models/llm 2>&1", agent.mount()).out())
                .contains("Input/output error");
        assertThat(ready(agent)).startsWith("source fails: models/llm: ").endsWith("200");
        assertThat(agent.counter("blobcache_source_reachable{source=\"models/llm\"}"))
                .isZero();
        assertThat(agent.counter("blobcache_source_reachable{source=\"data\"}")).isEqualTo(1);

        proxy.mood(_ -> new Fault.None());
        Await.until("its return is noticed", NOTICED, () -> ready(agent).equals("ok\n200"));
        assertSame(agent.path("models/llm"), models, "models.sums");
    }

    @Test
    void aSourceWhoseKeysAreTakenAwayIsToldHarmsNoOtherAndIsServedAgainWhenTheyAreBack() throws IOException {
        Agent agent = plan.start();
        assertThat(ready(agent)).isEqualTo("ok\n200");

        Files.delete(keys.resolve("AWS_ACCESS_KEY_ID"));

        // A name that nobody knows is asked for once what was listed is too old.
        Await.until(
                "what it is asked for is refused",
                NOTICED,
                () -> Shell.script("ls \"$1\"/models/llm/none-\"$2\" 2>&1", agent.mount(), System.nanoTime())
                        .out()
                        .contains("Permission denied"));
        Await.until("it is told", NOTICED, () -> ready(agent).startsWith("source fails: models/llm: "));
        assertThat(ready(agent)).contains("AWS_ACCESS_KEY_ID is missing: put ").endsWith("200");
        assertThat(agent.counter("blobcache_source_reachable{source=\"models/llm\"}"))
                .isZero();
        assertSame(agent.path("data"), data, "data.sums");

        writeKeys();
        Await.until("its return is noticed", NOTICED, () -> ready(agent).equals("ok\n200"));
        assertSame(agent.path("models/llm"), models, "models.sums");
    }

    @Test
    void moreReadersOfASourceThatHangsThanThereAreBuffersHoldUpNoneOfAnother() {
        Agent agent = plan.start();
        proxy.mood(request -> request.header("Range").isEmpty() ? new Fault.None() : new Fault.Silence());
        try (ExecutorService readers = Executors.newCachedThreadPool()) {
            List<Future<String>> stuck = IntStream.range(0, STUCK)
                    .mapToObj(n -> readers.submit(() -> FileReader.sha256(agent.path("models/llm/many/f" + n))))
                    .toList();
            Await.until("all that may wait for the source do", CROWD_LIMIT, new Standstill(proxy)::reached);

            List<Crowd.Outcome<String>> outcomes =
                    Crowd.read(6, CROWD_LIMIT, n -> FileReader.sha256(agent.path("data/f" + n)));

            assertThat(stuck).as("readers of the source that hangs").noneMatch(Future::isDone);
            for (int n = 0; n < outcomes.size(); n++) {
                assertThat(outcomes.get(n).value()).isEqualTo(Sha256.of(data.resolve("f" + n)));
            }
            proxy.mood(_ -> new Fault.None());
        }
    }

    /** No request has come for a second. */
    private static final class Standstill {
        private final FaultyProxy proxy;
        private long requests;
        private long sinceNanos = System.nanoTime();

        Standstill(FaultyProxy proxy) {
            this.proxy = proxy;
        }

        boolean reached() {
            long now = proxy.requests().stream()
                    .filter(request -> !request.header("Range").isEmpty())
                    .count();
            if (now != requests || now == 0) {
                requests = now;
                sinceNanos = System.nanoTime();
            }
            return System.nanoTime() - sinceNanos > 1_000_000_000;
        }
    }

    private void writeKeys() throws IOException {
        for (Map.Entry<String, String> key : server.credentials().entrySet()) {
            Files.writeString(keys.resolve(key.getKey()), key.getValue());
        }
    }

    private static String ready(Agent agent) {
        String url = "http://127.0.0.1:" + agent.stat().get("adminPort").asText() + "/readyz";
        return Shell.run("curl", "-s", "-w", "%{http_code}", url)
                .expectSuccess()
                .out();
    }

    private void assertSame(Path shown, Path tree, String digests) {
        Sha256.check(shown, Sha256.list(tree, scratch.path(digests)));
        assertThat(Shell.script("diff -r \"$1\" \"$2\" 2>&1 | head -20", tree, shown)
                        .out())
                .isEmpty();
    }
}
