package io.blobcache.node.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.blobcache.node.source.SourceAddress;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A bucket on loopback that speaks as much of S3 as reading needs: ListObjectsV2, HEAD and ranged GET with If-Match.
 * Contents are generated while they are sent; nothing is stored and no signature is checked. Thread-safe.
 */
public final class LocalBucket implements AutoCloseable {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-(\\d{1,18})");
    private static final int BACKLOG = 128;

    private final String bucket;
    private final NavigableMap<String, Long> lengths;
    private final GeneratedBytes bytes;
    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final LongAdder requests = new LongAdder();

    /**
     * @param lengths bytes of each key
     * @param seed    equal seeds give equal contents
     */
    public static LocalBucket start(String bucket, Map<String, Long> lengths, long seed) throws IOException {
        LocalBucket started = new LocalBucket(bucket, lengths, seed);
        started.server.start();
        return started;
    }

    private LocalBucket(String bucket, Map<String, Long> lengths, long seed) throws IOException {
        this.bucket = bucket;
        this.lengths = Collections.unmodifiableNavigableMap(new TreeMap<>(lengths));
        this.bytes = new GeneratedBytes(seed);
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        server.setExecutor(executor);
        server.createContext("/", this::handle);
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Any credentials will do, but the client wants some. */
    public SourceAddress.S3 address() {
        return new SourceAddress.S3(bucket, "", endpoint(), "us-east-1", true);
    }

    /** Lower-case hexadecimal SHA-256 of a key's content, computed without a request. */
    public String sha256(String key) {
        return bytes.sha256(key, lengths.getOrDefault(key, 0L));
    }

    /** Requests answered so far. */
    public long requests() {
        return requests.sum();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }

    static String eTag(String key, long length) {
        return Integer.toHexString(key.hashCode()) + "-" + length;
    }

    private void handle(HttpExchange exchange) throws IOException {
        requests.increment();
        try (exchange) {
            String path = decoded(exchange.getRequestURI().getRawPath().substring(1));
            int slash = path.indexOf('/');
            String named = slash < 0 ? path : path.substring(0, slash);
            String key = slash < 0 ? "" : path.substring(slash + 1);
            if (!named.equals(bucket)) {
                error(exchange, 404, "NoSuchBucket");
            } else if (key.isEmpty()) {
                list(exchange);
            } else {
                content(exchange, key);
            }
        }
    }

    private void list(HttpExchange exchange) throws IOException {
        String xml = new BucketListing(lengths, query(exchange.getRequestURI())).xml();
        answer(exchange, 200, xml);
    }

    private void content(HttpExchange exchange, String key) throws IOException {
        Long length = lengths.get(key);
        if (length == null) {
            error(exchange, 404, "NoSuchKey");
            return;
        }
        String eTag = '"' + eTag(key, length) + '"';
        String condition = exchange.getRequestHeaders().getFirst("If-Match");
        if (condition != null && !condition.equals(eTag)) {
            error(exchange, 412, "PreconditionFailed");
            return;
        }
        exchange.getResponseHeaders().set("ETag", eTag);
        exchange.getResponseHeaders().set("Last-Modified", "Wed, 01 Jan 2025 00:00:00 GMT");
        exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Long.toString(length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        send(exchange, key, length);
    }

    private void send(HttpExchange exchange, String key, long length) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        Matcher wanted = RANGE.matcher(range == null ? "" : range);
        boolean partial = wanted.matches();
        long first = partial ? Long.parseLong(wanted.group(1)) : 0;
        long last = partial ? Math.min(Long.parseLong(wanted.group(2)), length - 1) : length - 1;
        if (partial && first > last) {
            error(exchange, 416, "InvalidRange");
            return;
        }
        if (partial) {
            exchange.getResponseHeaders().set("Content-Range", "bytes " + first + "-" + last + "/" + length);
        }
        long count = last - first + 1;
        exchange.sendResponseHeaders(partial ? 206 : 200, count == 0 ? -1 : count);
        try (OutputStream body = exchange.getResponseBody()) {
            bytes.write(key, first, count, body);
        }
    }

    private static void error(HttpExchange exchange, int status, String code) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        answer(exchange, status, "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code></Error>");
    }

    private static void answer(HttpExchange exchange, int status, String xml) throws IOException {
        byte[] body = xml.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static Map<String, String> query(URI uri) {
        Map<String, String> values = new HashMap<>();
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                values.put(pair.substring(0, equals), decoded(pair.substring(equals + 1)));
            }
        }
        return values;
    }

    private static String decoded(String text) {
        // In a path a plus is a plus; clients of S3 encode a space as %20 in queries too.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
