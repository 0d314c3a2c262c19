package io.blobcache.node.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.blobcache.node.config.AdminConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The endpoint for people and machines that watch an agent: {@code /startupz}, {@code /readyz}, {@code /livez},
 * {@code /metrics} and {@code /status}. It answers GET and HEAD and changes nothing. What it needs more than a listening
 * socket is loaded with the first request.
 *
 * <p>{@code /livez} says only that the process answers: an agent that starts, waits or drains is never ended for it.
 *
 * <p>Limits: {@value #THREADS} requests at once, more are answered by the accepting thread itself, so that they wait
 * their turn; a request has to arrive within {@value #REQUEST_SECONDS} seconds; its body is not read.
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final int THREADS = 4;
    private static final int BACKLOG = 16;
    private static final int REQUEST_SECONDS = 5;

    private final HttpServer server;
    private final ThreadPoolExecutor threads;

    private record Answer(int code, String type, String body) {
        static Answer text(int code, String body) {
            return new Answer(code, "text/plain; charset=utf-8", body);
        }
    }

    private AdminServer(HttpServer server, ThreadPoolExecutor threads) {
        this.server = server;
        this.threads = threads;
    }

    /** For an agent that serves already, on 127.0.0.1; parameters as of {@link AgentLife#serves}. */
    public static AdminServer start(int port, Supplier<AgentStatus> status, Supplier<String> metrics)
            throws IOException {
        AgentLife life = new AgentLife();
        life.serves(status, metrics);
        return start(new AdminConfig("127.0.0.1", port), life);
    }

    /**
     * @param config port 0 lets the system choose
     * @throws IOException if the port is taken
     */
    public static AdminServer start(AdminConfig config, AgentLife life) throws IOException {
        limit("sun.net.httpserver.maxReqTime", REQUEST_SECONDS);
        limit("sun.net.httpserver.maxRspTime", 2 * REQUEST_SECONDS);
        limit("jdk.httpserver.maxConnections", 64);
        HttpServer server;
        try {
            InetAddress address = InetAddress.ofLiteral(config.host());
            server = HttpServer.create(new InetSocketAddress(address, config.port()), BACKLOG);
        } catch (IOException e) {
            throw new IOException(
                    String.valueOf(e.getMessage()).contains("assign")
                            ? "admin.host %s is no address of this machine: 127.0.0.1, or 0.0.0.0 for all"
                                    .formatted(config.host())
                            : "admin.port %d is taken: set another, or 0".formatted(config.port()),
                    e);
        }
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                0,
                THREADS,
                10,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                Thread.ofPlatform().daemon().name("admin-", 0).factory(),
                new ThreadPoolExecutor.CallerRunsPolicy());
        server.setExecutor(threads);
        serve(server, "/livez", _ -> Answer.text(200, "ok\n"));
        serve(server, "/startupz", _ -> okUnless(life.notStarted()));
        serve(server, "/readyz", _ -> ready(life));
        serve(server, "/metrics", _ -> new Answer(200, "text/plain; version=0.0.4; charset=utf-8", life.metrics()));
        serve(server, "/status", query -> status(query, life));
        server.start();
        life.toldAt(server.getAddress().getPort());
        return new AdminServer(server, threads);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }

    private static Answer okUnless(String reason) {
        return reason.isEmpty() ? Answer.text(200, "ok\n") : Answer.text(503, reason + "\n");
    }

    /** Ready is who serves what it can: one source of several that fails is told, and keeps nobody away. */
    private static Answer ready(AgentLife life) {
        String reason = life.notReady();
        return reason.isEmpty() ? Answer.text(200, life.health() + "\n") : okUnless(reason);
    }

    private static Answer status(String query, AgentLife life) {
        AgentStatus status = life.status();
        if (status == null) {
            return okUnless(life.notReady());
        }
        return query.equals("output=text")
                ? Answer.text(200, StatusText.render(status))
                : new Answer(200, "application/json", RecordJson.write(status) + "\n");
    }

    @FunctionalInterface
    private interface Page {
        Answer of(String query);
    }

    private static void serve(HttpServer server, String path, Page page) {
        server.createContext(path, exchange -> {
            try (exchange) {
                send(exchange, answer(exchange, path, page));
            }
        });
    }

    private static Answer answer(HttpExchange exchange, String path, Page page) {
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            return Answer.text(405, "only GET and HEAD\n");
        }
        if (!exchange.getRequestURI().getPath().equals(path)) {
            return Answer.text(404, "there is /startupz, /readyz, /livez, /metrics and /status\n");
        }
        try {
            String query = exchange.getRequestURI().getQuery();
            return page.of(query == null ? "" : query);
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("path", path).setCause(e).log("admin request failed");
            return Answer.text(500, "failed, see the log\n");
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(answer.code(), -1);
        } else {
            exchange.sendResponseHeaders(answer.code(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** The JDK's server knows its limits only as system properties; it reads them when its first instance is made. */
    private static void limit(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }
}
