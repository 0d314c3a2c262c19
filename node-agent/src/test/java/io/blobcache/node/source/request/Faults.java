package io.blobcache.node.source.request;

import io.blobcache.node.source.request.FaultyServer.Fault;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPOutputStream;

/** The ways in which a server or the network in between fails. */
public final class Faults {
    private Faults() {}

    /** The connection ends with the answer. */
    @FunctionalInterface
    interface Closing extends Fault {}

    public static Fault honest() {
        return FaultyServer::honest;
    }

    public static Fault status(int status, Map<String, String> headers) {
        return (_, request, out) -> FaultyServer.status(out, request, status, headers);
    }

    public static Fault status(int status) {
        return status(status, Map.of());
    }

    /** An S3 error with a code. */
    public static Fault error(int status, String code, String message) {
        return xml(status, "<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>");
    }

    /** Whatever was asked. */
    public static Fault xml(int status, String text) {
        return (_, _, out) -> {
            byte[] xml = text.getBytes(StandardCharsets.UTF_8);
            FaultyServer.write(out, status, Map.of("Content-Length", Integer.toString(xml.length)));
            out.write(xml);
            out.flush();
        };
    }

    public static Fault hangUp() {
        return (Closing) (_, _, _) -> {};
    }

    /** Promises the whole range and ends after some bytes of it. */
    public static Fault truncated(int bytes) {
        return truncated(bytes, Map.of());
    }

    /** @param headers override what the head promises */
    public static Fault truncated(int bytes, Map<String, String> headers) {
        return (Closing) (server, request, out) -> {
            byte[] content = server.content(request);
            int[] range = request.range(content.length);
            server.head(out, request, content, headers);
            out.write(content, range[0], Math.min(bytes, range[1] - range[0] + 1));
            out.flush();
        };
    }

    /** Sends all of the range under other headers. */
    public static Fault headers(Map<String, String> headers) {
        return truncated(Integer.MAX_VALUE, headers);
    }

    /** The whole with status 200, whatever range was asked for. */
    public static Fault rangeIgnored() {
        return (Closing) (server, request, out) -> {
            byte[] content = server.content(request);
            FaultyServer.write(
                    out, 200, Map.of("Content-Length", Integer.toString(content.length), "ETag", server.eTag(content)));
            out.write(content);
            out.flush();
        };
    }

    /** The bytes of another place under the honest name of that place. */
    public static Fault shifted(int by) {
        return (Closing) (server, request, out) -> {
            byte[] content = server.content(request);
            int[] range = request.range(content.length);
            String named = "bytes " + (range[0] + by) + "-" + (range[1] + by) + "/" + content.length;
            server.head(out, request, content, Map.of("Content-Range", named));
            out.write(content, range[0] + by, range[1] - range[0] + 1);
            out.flush();
        };
    }

    public static Fault gzipped() {
        return (Closing) (server, request, out) -> {
            byte[] content = server.content(request);
            int[] range = request.range(content.length);
            ByteArrayOutputStream zipped = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
                gzip.write(content, range[0], range[1] - range[0] + 1);
            }
            server.head(out, request, content, Map.of("Content-Encoding", "gzip", "Content-Length", ""));
            zipped.writeTo(out);
            out.flush();
        };
    }

    /** A byte, then a pause, and so on. */
    public static Fault trickle(int pauseMillis) {
        return (Closing) (server, request, out) -> {
            byte[] content = server.content(request);
            int[] range = request.range(content.length);
            server.head(out, request, content, Map.of());
            for (int at = range[0]; at <= range[1]; at++) {
                out.write(content[at]);
                out.flush();
                Thread.sleep(pauseMillis);
            }
        };
    }

    /** Some bytes, then silence for as long as the client likes. */
    public static Fault blackHole(int bytes, CountDownLatch reached) {
        return (Closing) (server, request, out) -> {
            byte[] content = server.content(request);
            if (bytes > 0) {
                server.head(out, request, content, Map.of());
                out.write(content, request.range(content.length)[0], bytes);
                out.flush();
            }
            reached.countDown();
            new CountDownLatch(1).await();
        };
    }

    /** The content is replaced in the moment of the request, which is then answered honestly. */
    public static Fault replaced(String path, byte[] by) {
        return (server, request, out) -> {
            server.put(path, by);
            server.honest(request, out);
        };
    }

    /** Replaced, by a server that does not know conditions. */
    public static Fault replacedUnconditionally(String path, byte[] by) {
        return (Closing) (server, request, out) -> {
            server.put(path, by);
            int[] range = request.range(by.length);
            server.head(out, request, by, Map.of());
            out.write(by, range[0], range[1] - range[0] + 1);
            out.flush();
        };
    }
}
