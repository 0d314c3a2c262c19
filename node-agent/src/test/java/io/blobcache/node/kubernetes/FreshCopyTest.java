package io.blobcache.node.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreshCopyTest {
    private static final String END = "";

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;

    @TempDir
    private Path directory;

    private Path mounted;
    private Path copies;
    private ApiServer api;

    @BeforeEach
    void anApiServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                requests.add(exchange.getRequestURI() + " "
                        + exchange.getRequestHeaders().getFirst("Authorization"));
                exchange.sendResponseHeaders(200, 0);
                OutputStream body = exchange.getResponseBody();
                for (String event = events.take(); !event.equals(END); event = events.take()) {
                    body.write((event + "\n").getBytes(StandardCharsets.UTF_8));
                    body.flush();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        Path account = Files.createDirectory(directory.resolve("account"));
        Files.writeString(account.resolve("token"), "t0ken\n");
        Files.writeString(account.resolve("namespace"), "team");
        mounted = Files.writeString(directory.resolve("members.yaml"), "members: []");
        copies = Files.createDirectory(directory.resolve("copies"));
        api = new ApiServer(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), account);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void theCopyIsThereBeforeTheApiServerHasSaidAnything() throws IOException {
        try (FreshCopy fresh = FreshCopy.of(mounted, copies, "models-members", Optional.of(api))) {
            assertThat(fresh.path()).hasContent("members: []");
        }
    }

    @Test
    void theWordOfTheApiServerCountsWhileItIsHeard() throws Exception {
        try (FreshCopy fresh = FreshCopy.of(mounted, copies, "models-members", Optional.of(api))) {
            events.add(event("MODIFIED", "one"));
            await(fresh, "one");
            Files.writeString(mounted, "older");
            fresh.look();
            assertThat(fresh.path()).hasContent("one");

            events.add("{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"5\"}}}");
            events.add(event("DELETED", "gone"));
            events.add(event("MODIFIED", "two"));
            await(fresh, "two");
        }
        assertThat(requests.getFirst())
                .startsWith("/api/v1/namespaces/team/configmaps?watch=1")
                .contains("fieldSelector=metadata.name%3Dmodels-members")
                .endsWith("Bearer t0ken");
    }

    @Test
    void aWatchThatEndsIsBegunAnew() throws Exception {
        try (FreshCopy fresh = FreshCopy.of(mounted, copies, "models-members", Optional.of(api))) {
            events.add(event("ADDED", "one"));
            await(fresh, "one");
            events.add(END);
            events.add(event("ADDED", "two"));
            await(fresh, "two");
        }
        assertThat(requests).hasSize(2);
    }

    @Test
    void withoutAnApiServerTheMountedFileCounts() throws IOException {
        server.stop(0);
        try (FreshCopy fresh = FreshCopy.of(mounted, copies, "models-members", Optional.of(api))) {
            Files.writeString(mounted, "members: [] # new");
            fresh.look();
            assertThat(fresh.path()).hasContent("members: [] # new");
        }
    }

    @Test
    void outsideOfAPodTheMountedFileCounts() throws IOException {
        try (FreshCopy fresh = FreshCopy.of(mounted, copies, "models-members", Optional.empty())) {
            Files.writeString(mounted, "members: [] # new");
            fresh.look();
            assertThat(fresh.path()).hasContent("members: [] # new");
        }
    }

    private static String event(String type, String text) {
        return """
                {"type":"%s","object":{"kind":"ConfigMap","metadata":{"name":"m","labels":{"a":"b"}},
                "data":{"other":"x","members.yaml":"%s"},"binaryData":{}}}""".formatted(type, text);
    }

    private static void await(FreshCopy fresh, String text) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!Files.readString(fresh.path()).equals(text) && System.nanoTime() < end) {
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
        assertThat(fresh.path()).hasContent(text);
    }
}
