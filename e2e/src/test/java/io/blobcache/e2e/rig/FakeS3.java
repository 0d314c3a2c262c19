package io.blobcache.e2e.rig;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * A bucket of keys that no server could be made to store: a million of them, or hostile ones. They are computed, never
 * kept; an object's content is its key.
 */
public final class FakeS3 {
    private static final Pattern RAW_BYTE = Pattern.compile("[\\uDC80-\\uDCFF]");

    private final HttpServer server;
    private final Keys keys;
    private final AtomicLong pages = new AtomicLong();
    private volatile String session = "";

    /** Keys in the order of their UTF-8 bytes. U+DCxx alone stands for the byte xx, with which a key is not UTF-8. */
    public interface Keys {
        long count();

        String at(long index);

        static Keys of(String... keys) {
            String[] sorted = keys.clone();
            Arrays.sort(sorted, (left, right) -> Arrays.compareUnsigned(utf8(left), utf8(right)));
            return new Keys() {
                @Override
                public long count() {
                    return sorted.length;
                }

                @Override
                public String at(long index) {
                    return sorted[(int) index];
                }
            };
        }
    }

    public FakeS3(Scratch scratch, Keys keys) {
        this.keys = keys;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        scratch.undo("stop the fake S3", () -> server.stop(0));
    }

    public Agent.Plan plan(Scratch scratch) {
        return Agent.of(scratch, "s3://" + S3Server.BUCKET)
                .options(S3Server.mountOptions(server.getAddress().getPort()))
                .environment(Map.of("AWS_ACCESS_KEY_ID", "any", "AWS_SECRET_ACCESS_KEY", "any"));
    }

    /** The same with credentials from elsewhere, by what the environment says. */
    public Agent.Plan plan(Scratch scratch, Map<String, String> environment) {
        return Agent.of(scratch, "s3://" + S3Server.BUCKET)
                .options(S3Server.mountOptions(server.getAddress().getPort()))
                .environment(environment);
    }

    /** From now on it takes temporary credentials with this token and no others. */
    public void demand(String sessionToken) {
        session = sessionToken;
    }

    /** Pages of listings that were asked for. */
    public long pages() {
        return pages.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath();
            String key = decode(path.substring(Math.min(path.length(), S3Server.BUCKET.length() + 2)));
            if (!session.isEmpty()
                    && !session.equals(exchange.getRequestHeaders().getFirst("x-amz-security-token"))) {
                send(exchange, 403, "<Error><Code>ExpiredToken</Code></Error>");
            } else if (key.isEmpty()) {
                pages.incrementAndGet();
                send(exchange, 200, list(query(exchange.getRequestURI().getRawQuery())));
            } else {
                object(exchange, key);
            }
        }
    }

    private void object(HttpExchange exchange, String key) throws IOException {
        long index = firstNotBelow(key);
        if (index == keys.count() || !keys.at(index).equals(key)) {
            send(exchange, 404, "<Error><Code>NoSuchKey</Code></Error>");
            return;
        }
        byte[] content = utf8(key);
        exchange.getResponseHeaders().set("ETag", tag(key));
        exchange.getResponseHeaders().set("Last-Modified", "Tue, 01 Jan 2030 00:00:00 GMT");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        // Objects are smaller than any block: whatever range is asked for is the whole.
        String range = "bytes 0-" + (content.length - 1) + "/" + content.length;
        exchange.getResponseHeaders().set("Content-Range", range);
        exchange.sendResponseHeaders(206, content.length);
        exchange.getResponseBody().write(content);
    }

    private String list(Map<String, String> query) {
        String prefix = query.getOrDefault("prefix", "");
        boolean grouped = query.getOrDefault("delimiter", "").equals("/");
        int left = Integer.parseInt(query.getOrDefault("max-keys", "1000"));
        String token = query.getOrDefault("continuation-token", "");
        long index = token.isEmpty() ? firstNotBelow(prefix) : Long.parseLong(token);
        StringBuilder contents = new StringBuilder();
        StringBuilder groups = new StringBuilder();
        for (; left > 0 && within(index, prefix); left--) {
            String key = keys.at(index);
            int slash = grouped ? key.indexOf('/', prefix.length()) : -1;
            if (slash < 0) {
                contents.append("<Contents><Key>").append(encode(key));
                contents.append("</Key><LastModified>2030-01-01T00:00:00.000Z</LastModified><ETag>&quot;");
                contents.append(tag(key).replace("\"", "")).append("&quot;</ETag><Size>");
                contents.append(utf8(key).length).append("</Size></Contents>");
                index++;
            } else {
                String group = key.substring(0, slash + 1);
                groups.append("<CommonPrefixes><Prefix>").append(encode(group)).append("</Prefix></CommonPrefixes>");
                // '0' comes after '/': the first key that does not begin with the group.
                index = firstNotBelow(key.substring(0, slash) + '0');
            }
        }
        String next = within(index, prefix)
                ? "<IsTruncated>true</IsTruncated><NextContinuationToken>" + index + "</NextContinuationToken>"
                : "<IsTruncated>false</IsTruncated>";
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult><EncodingType>url</EncodingType>" + next
                + contents + groups + "</ListBucketResult>";
    }

    private boolean within(long index, String prefix) {
        return index < keys.count() && keys.at(index).startsWith(prefix);
    }

    private long firstNotBelow(String key) {
        byte[] wanted = utf8(key);
        long low = 0;
        long high = keys.count();
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (Arrays.compareUnsigned(utf8(keys.at(middle)), wanted) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static void send(HttpExchange exchange, int status, String xml) throws IOException {
        byte[] bytes = utf8(xml);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
        if (!head) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> query = new HashMap<>();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            String[] parts = pair.split("=", 2);
            query.put(parts[0], parts.length == 1 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    private static String tag(String key) {
        return "\"%08x\"".formatted(key.hashCode());
    }

    private static String encode(String key) {
        StringBuilder encoded = new StringBuilder();
        for (String part : RAW_BYTE.splitWithDelimiters(key, 0)) {
            boolean raw = RAW_BYTE.matcher(part).matches();
            encoded.append(
                    raw ? "%%%02X".formatted(part.charAt(0) & 0xFF) : URLEncoder.encode(part, StandardCharsets.UTF_8));
        }
        return encoded.toString().replace("+", "%20");
    }

    private static String decode(String path) {
        return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
