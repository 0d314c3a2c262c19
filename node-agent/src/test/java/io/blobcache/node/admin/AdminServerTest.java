package io.blobcache.node.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {
    private final AtomicReference<AgentStatus> status = new AtomicReference<>(Statuses.healthy());
    private final HttpClient client = HttpClient.newHttpClient();
    private boolean failing;
    private AdminServer server;

    @BeforeEach
    void start() throws IOException {
        server = AdminServer.start(0, this::status, () -> "blobcache_build_info 1\n");
    }

    @AfterEach
    void stop() {
        server.close();
        client.close();
    }

    @Test
    void liveAndReadyWhileTheMountIsHealthy() throws Exception {
        assertThat(get("/livez").statusCode()).isEqualTo(200);
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void notReadySaysWhyAndStaysAlive() throws Exception {
        status.set(Statuses.notReady("the mount does not answer"));

        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body()).isEqualTo("the mount does not answer\n");
        assertThat(get("/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void statusIsOneJsonObject() throws Exception {
        HttpResponse<String> response = get("/status");
        JsonNode json = new ObjectMapper().readTree(response.body());

        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(json.get("source").asText()).isEqualTo("s3://models/llama");
        assertThat(json.get("ready").asBoolean()).isTrue();
        assertThat(json.get("uptimeSeconds").asDouble()).isEqualTo(90.5);
        assertThat(json.get("tiers").get(1).get("name").asText()).isEqualTo("disk");
        assertThat(json.get("tiers").get(1).get("usedBytes").asLong()).isEqualTo(3L << 30);
        assertThat(json.get("fromSource").get("coalesced").asLong()).isEqualTo(12);
    }

    @Test
    void statusIsAlsoATextForPeople() throws Exception {
        assertThat(get("/status?output=text").body())
                .contains("s3://models/llama on /mnt/models")
                .contains("transport kernel, passthrough (3 opens")
                .containsPattern("disk +3.0GiB +10.0GiB +100 +20 +1.0GiB   bypassed: no space left")
                .contains("2 damaged blocks dropped");
    }

    @Test
    void metricsAreInThePrometheusFormat() throws Exception {
        assertThat(get("/metrics").body()).isEqualTo("blobcache_build_info 1\n");
        assertThat(get("/metrics").headers().firstValue("Content-Type").orElseThrow())
                .startsWith("text/plain; version=0.0.4");
    }

    @Test
    void headAnswersWithoutABody() throws Exception {
        HttpRequest head = HttpRequest.newBuilder(uri("/status"))
                .method("HEAD", BodyPublishers.noBody())
                .build();
        HttpResponse<String> response = client.send(head, BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void nothingCanBeChangedAndNothingElseIsThere() throws Exception {
        HttpRequest post = HttpRequest.newBuilder(uri("/status"))
                .POST(BodyPublishers.ofString("x".repeat(100_000)))
                .build();

        assertThat(client.send(post, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
        assertThat(get("/").statusCode()).isEqualTo(404);
        assertThat(get("/status/secret").statusCode()).isEqualTo(404);
        assertThat(get("/livez/../metricsx").statusCode()).isEqualTo(404);
    }

    @Test
    void aRequestThatFailsIsAnAnswerAndNotTheEnd() throws Exception {
        failing = true;

        assertThat(get("/status").statusCode()).isEqualTo(500);
        assertThat(get("/status").body()).doesNotContain("Exception");
        assertThat(get("/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void itListensOnLoopbackOnly() throws Exception {
        for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
            for (InetAddress address : network.inetAddresses().toList()) {
                if (!address.getHostAddress().equals("127.0.0.1")) {
                    assertThatThrownBy(() -> new Socket(address, server.port()).close())
                            .as(address.toString())
                            .isInstanceOf(IOException.class);
                }
            }
        }
    }

    @Test
    void aPortThatIsTakenIsNamedWithTheRemedy() {
        assertThatThrownBy(() -> AdminServer.start(server.port(), status::get, () -> ""))
                .isInstanceOf(IOException.class)
                .hasMessage("admin.port %d is taken: set another, or 0", server.port());
    }

    private AgentStatus status() {
        if (failing) {
            throw new IllegalStateException("a bug");
        }
        return status.get();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }
}
