package io.blobcache.e2e.rig;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A web server of the files in one directory, with ranges and ETags as the common ones have them. */
public final class WebServer {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");

    private final HttpServer server;
    private final Path files;
    private final AtomicInteger requests = new AtomicInteger();
    private final Map<String, String> redirects = new ConcurrentHashMap<>();

    public WebServer(Scratch scratch, Path files) {
        this.files = files;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        scratch.undo("stop the web server", () -> server.stop(0));
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String address(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    /** A mount of what stands at a path. */
    public Agent.Plan plan(Scratch scratch, String path) {
        return Agent.of(scratch, address(path));
    }

    /** From now on a path is answered with a redirect. */
    public void redirect(String path, String location) {
        redirects.put(path, location);
    }

    /** So far. */
    public int requests() {
        return requests.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String location = redirects.get(path);
            Path file = files.resolve(path.substring(1));
            if (location != null) {
                exchange.getResponseHeaders().set("Location", location);
                exchange.sendResponseHeaders(302, -1);
            } else if (Files.isRegularFile(file)) {
                send(exchange, Files.readAllBytes(file));
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private static void send(HttpExchange exchange, byte[] content) throws IOException {
        exchange.getResponseHeaders().set("ETag", "\"" + Integer.toHexString(Arrays.hashCode(content)) + "\"");
        String asked = exchange.getRequestHeaders().getFirst("Range");
        Matcher range = RANGE.matcher(asked == null ? "" : asked);
        if (!range.matches()) {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
            return;
        }
        int from = Integer.parseInt(range.group(1));
        int to = Math.min(Integer.parseInt(range.group(2)), content.length - 1);
        exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + to + "/" + content.length);
        exchange.sendResponseHeaders(206, to - from + 1);
        exchange.getResponseBody().write(content, from, to - from + 1);
    }
}
