package io.blobcache.operator.serving;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * {@code /livez}, {@code /readyz} and {@code /metrics} over HTTP, for GET only. It answers before the operator has seen all there
 * is, so that a slow start is not taken for a dead process. {@code /livez} says only that the process answers: an operator that
 * does not reach the API server is not helped by being started anew.
 */
public final class OperatorEndpoint implements AutoCloseable {
    private static final int BACKLOG = 16;
    private static final int REQUEST_SECONDS = 5;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private record Answer(int code, String body) {}

    private OperatorEndpoint(HttpServer server) {
        this.server = server;
    }

    /**
     * @param port     0 lets the system choose
     * @param notReady why it is not ready; empty if it is
     * @throws IOException if the port is taken
     */
    public static OperatorEndpoint start(int port, Supplier<String> notReady, Supplier<String> metrics)
            throws IOException {
        // The JDK's server knows its limits only as system properties.
        System.setProperty("sun.net.httpserver.maxReqTime", Integer.toString(REQUEST_SECONDS));
        System.setProperty("sun.net.httpserver.maxRspTime", Integer.toString(2 * REQUEST_SECONDS));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), BACKLOG);
        OperatorEndpoint endpoint = new OperatorEndpoint(server);
        server.setExecutor(endpoint.threads);
        serve(server, "/livez", () -> new Answer(200, "ok\n"));
        serve(server, "/readyz", () -> ready(notReady.get()));
        serve(server, "/metrics", () -> new Answer(200, metrics.get()));
        server.start();
        return endpoint;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static Answer ready(String reason) {
        return reason.isEmpty() ? new Answer(200, "ok\n") : new Answer(503, reason + "\n");
    }

    private static void serve(HttpServer server, String path, Supplier<Answer> page) {
        server.createContext(path, exchange -> {
            try (exchange) {
                send(exchange, exchange.getRequestMethod().equals("GET") ? page.get() : new Answer(405, "only GET\n"));
            }
        });
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        exchange.sendResponseHeaders(answer.code(), body.length);
        exchange.getResponseBody().write(body);
    }
}
