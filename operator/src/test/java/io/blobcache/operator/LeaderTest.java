package io.blobcache.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.crd.cluster.ApiServer;
import io.blobcache.crd.cluster.TestNamespace;
import io.blobcache.operator.rig.Await;
import io.blobcache.operator.settings.AgentImage;
import io.blobcache.operator.settings.OperatorSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several operators: one leads, and what it says of itself. */
class LeaderTest {
    @RegisterExtension
    static final TestNamespace NAMESPACE = new TestNamespace("leader");

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void oneLeadsAndTheOtherIsReadyAndWritesNothing() throws Exception {
        List<String> second = new CopyOnWriteArrayList<>();
        try (BlobCacheOperator leading = start("first", new CopyOnWriteArrayList<>())) {
            Await.until(
                    "the first leads",
                    Duration.ofSeconds(30),
                    () -> metrics(leading).contains("blobcache_operator_leader 1.0"));
            try (BlobCacheOperator waiting = start("second", second)) {
                assertThat(page(waiting, "/livez").statusCode()).isEqualTo(200);
                assertThat(metrics(waiting)).contains("blobcache_operator_leader 0.0");
                NAMESPACE
                        .client()
                        .load(getClass().getResourceAsStream("/cache.yaml"))
                        .inNamespace(NAMESPACE.name())
                        .serverSideApply();
                Await.until(
                        "the first has it",
                        Duration.ofSeconds(30),
                        () -> metrics(leading).contains("blobcache_operator_resources{ready=\"false\"} 1.0"));
                assertThat(second).allMatch(write -> write.contains("/leases"));
                assertThat(metrics(leading)).doesNotContain("namespace=", "name=");
                assertThat(page(leading, "/readyz").statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void whoWaitsLeadsWhenTheFirstOneEnds() throws Exception {
        BlobCacheOperator leading = start("first", new CopyOnWriteArrayList<>());
        try {
            Await.until(
                    "the first leads",
                    Duration.ofSeconds(30),
                    () -> metrics(leading).contains("blobcache_operator_leader 1.0"));
            try (BlobCacheOperator waiting = start("second", new CopyOnWriteArrayList<>())) {
                leading.close();
                Await.until(
                        "the second leads",
                        Duration.ofSeconds(20),
                        () -> metrics(waiting).contains("blobcache_operator_leader 1.0"));
            }
        } finally {
            leading.close();
        }
    }

    private static BlobCacheOperator start(String identity, List<String> writes) throws IOException {
        OperatorSettings settings = new OperatorSettings(
                new AgentImage("no-image"), Set.of(NAMESPACE.name()), NAMESPACE.name(), identity, 0);
        return BlobCacheOperator.start(ApiServer.config(), settings, new Callbacks(writes::add, () -> {}));
    }

    private String metrics(BlobCacheOperator operator) {
        return page(operator, "/metrics").body();
    }

    private HttpResponse<String> page(BlobCacheOperator operator, String path) {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(operator.httpPort(), path)))
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
