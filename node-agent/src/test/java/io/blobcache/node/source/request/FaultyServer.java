package io.blobcache.node.source.request;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A web server and S3 bucket that fails as told, down to the bytes of a response. Requests are answered by the faults of
 * the script, one each; when it is used up, honestly.
 */
public final class FaultyServer implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Map<String, byte[]> contents = new ConcurrentSkipListMap<>();
    private final Deque<Fault> script = new ArrayDeque<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile boolean weak;

    /** How one request is answered. */
    @FunctionalInterface
    public interface Fault {
        void answer(FaultyServer server, Request request, OutputStream out) throws Exception;
    }

    /** @param headers names in lower case */
    public record Request(String method, String path, String query, Map<String, String> headers) {
        public String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }

        /** First and last byte asked for, cut to the length; the whole without a range. */
        public int[] range(int length) {
            String range = header("Range");
            if (!range.startsWith("bytes=")) {
                return new int[] {0, length - 1};
            }
            String[] ends = range.substring(6).split("-", -1);
            return new int[] {Integer.parseInt(ends[0]), Math.min(Integer.parseInt(ends[1]), length - 1)};
        }
    }

    public FaultyServer() throws IOException {
        Thread.ofVirtual().start(this::accept);
    }

    /** @param path below the root, such as {@code bucket/key} */
    public void put(String path, byte[] content) {
        contents.put("/" + path, content);
    }

    public void remove(String path) {
        contents.remove("/" + path);
    }

    public void script(Fault... faults) {
        synchronized (script) {
            script.addAll(List.of(faults));
        }
    }

    /** From now on ETags are weak ones. */
    public void weakETags() {
        weak = true;
    }

    public List<Request> requests() {
        return requests;
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + path);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            for (Request request = read(in); request != null; request = read(in)) {
                requests.add(request);
                Fault fault;
                synchronized (script) {
                    fault = script.poll();
                }
                if (fault == null) {
                    honest(request, out);
                } else {
                    fault.answer(this, request, out);
                    if (fault instanceof Faults.Closing) {
                        return;
                    }
                }
            }
        } catch (Exception e) {
            // The client hung up, which many of these tests are about.
        } finally {
            sockets.remove(socket);
        }
    }

    private static @Nullable Request read(InputStream in) throws IOException {
        String[] line = line(in).split(" ", -1);
        if (line.length < 2) {
            return null;
        }
        Map<String, String> headers = new TreeMap<>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        URI uri = URI.create(line[1]);
        return new Request(line[0], uri.getPath(), uri.getQuery() == null ? "" : uri.getQuery(), headers);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    byte[] content(Request request) {
        return contents.getOrDefault(request.path(), new byte[0]);
    }

    String eTag(byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        String tag = "\"" + HexFormat.of().toHexDigits(crc.getValue()) + "\"";
        return weak ? "W/" + tag : tag;
    }

    void honest(Request request, OutputStream out) throws IOException {
        if (request.query().contains("list-type=2")) {
            list(prefixIn(request.query()), out);
            return;
        }
        byte[] content = contents.get(request.path());
        if (content == null) {
            status(out, request, 404, Map.of());
            return;
        }
        String condition = request.header("If-Match");
        if (!condition.isEmpty() && !condition.equals(eTag(content))) {
            status(out, request, 412, Map.of());
            return;
        }
        if (!request.header("If-None-Match").isEmpty()
                && request.header("If-None-Match").equals(eTag(content))) {
            status(out, request, 304, Map.of());
            return;
        }
        int[] range = request.range(content.length);
        head(out, request, content, Map.of());
        if (!request.method().equals("HEAD")) {
            out.write(content, range[0], range[1] - range[0] + 1);
        }
        out.flush();
    }

    /** An honest head of a response to a range, except for what is overridden; an empty value leaves a header out. */
    void head(OutputStream out, Request request, byte[] content, Map<String, String> overridden) throws IOException {
        int[] range = request.range(content.length);
        boolean partial = !request.header("Range").isEmpty();
        Map<String, String> headers = new TreeMap<>(Map.of(
                "Content-Length", Integer.toString(range[1] - range[0] + 1),
                "ETag", eTag(content),
                "Last-Modified", "Wed, 01 Jan 2025 00:00:00 GMT"));
        if (partial) {
            headers.put("Content-Range", "bytes " + range[0] + "-" + range[1] + "/" + content.length);
        }
        headers.putAll(overridden);
        write(out, partial ? 206 : 200, headers);
    }

    static void status(OutputStream out, Request request, int status, Map<String, String> headers) throws IOException {
        Map<String, String> all = new TreeMap<>(Map.of("Content-Length", "0"));
        all.putAll(headers);
        write(out, status, all);
        out.flush();
    }

    static void write(OutputStream out, int status, Map<String, String> headers) throws IOException {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Status\r\n");
        headers.forEach((name, value) -> {
            if (!value.isEmpty()) {
                head.append(name).append(": ").append(value).append("\r\n");
            }
        });
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String prefixIn(String query) {
        for (String parameter : query.split("&", -1)) {
            if (parameter.startsWith("prefix=")) {
                return URLDecoder.decode(parameter.substring("prefix=".length()), StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    private void list(String prefix, OutputStream out) throws IOException {
        StringBuilder xml = new StringBuilder("<ListBucketResult><IsTruncated>false</IsTruncated>");
        contents.forEach((path, content) -> {
            String key = path.substring(path.indexOf('/', 1) + 1);
            if (!key.startsWith(prefix)) {
                return;
            }
            xml.append("<Contents><Key>").append(key).append("</Key><Size>").append(content.length);
            xml.append("</Size><LastModified>2025-01-01T00:00:00.000Z</LastModified></Contents>");
        });
        byte[] body = xml.append("</ListBucketResult>").toString().getBytes(StandardCharsets.UTF_8);
        write(out, 200, Map.of("Content-Length", Integer.toString(body.length), "Content-Type", "application/xml"));
        out.write(body);
        out.flush();
    }
}
