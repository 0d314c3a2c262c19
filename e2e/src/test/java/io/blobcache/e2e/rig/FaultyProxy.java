package io.blobcache.e2e.rig;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;

/** Stands in front of an S3 server, writes down each request, and spoils the answers as a test says. */
public final class FaultyProxy {
    private final ServerSocket server;
    private final int upstream;
    private final ConcurrentLinkedQueue<HttpHead> requests = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private volatile Mood mood = _ -> new Fault.None();

    /** What happens to the answer of a request; called once for each. */
    @FunctionalInterface
    public interface Mood {
        Fault answer(HttpHead request);
    }

    /** All the ways in which an answer can go wrong on its way. */
    public sealed interface Fault {
        record None() implements Fault {}

        /** Another answer than the server's, which is not asked. {@code head} holds further lines, each with CRLF. */
        record Instead(int status, String head, String body) implements Fault {}

        /** The body ends early by so many bytes, and the connection is closed. */
        record Truncated(long missingBytes) implements Fault {}

        /** The connection is reset after so many bytes of the body. */
        record Reset(long afterBytes) implements Fault {}

        /** The request is taken and never answered. */
        record Silence() implements Fault {}

        /** A body as slow as this. */
        record Trickle(int bytesPerSecond) implements Fault {}

        /** The server's answer with one text of its head replaced. */
        record Rewritten(String pattern, String replacement) implements Fault {}

        /** The request is handed on without its Range: the server answers with the whole. */
        record RangeLost() implements Fault {}

        /** The server's body turned into another, with one text of its head replaced and the length that it has. */
        record Recoded(String pattern, String replacement, UnaryOperator<byte[]> body) implements Fault {}
    }

    public FaultyProxy(Scratch scratch, int upstream) {
        this.upstream = upstream;
        try {
            server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        scratch.undo("close the proxy", this::close);
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    public void mood(Mood next) {
        mood = next;
    }

    /** So far, in the order of their arrival. */
    public List<HttpHead> requests() {
        return List.copyOf(requests);
    }

    public long count(String method, String key) {
        return requests.stream()
                .filter(request -> request.method().equals(method) && request.isFor(key))
                .count();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                sockets.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                return; // Closed by the test's end.
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket behind = new Socket(InetAddress.getLoopbackAddress(), upstream)) {
            sockets.add(behind);
            while (true) {
                HttpHead request = HttpHead.read(client.getInputStream());
                if (request == null) {
                    return;
                }
                requests.add(request);
                if (!answer(request, mood.answer(request), client, behind)) {
                    return;
                }
            }
        } catch (IOException e) {
            // Either side has gone: so does the other.
            return;
        }
    }

    /** @return whether the connection can be used again */
    private static boolean answer(HttpHead request, Fault fault, Socket client, Socket behind) throws IOException {
        return switch (fault) {
            // Until the client gives up and closes.
            case Fault.Silence _ -> client.getInputStream().read() >= 0;
            case Fault.Instead instead -> answerInstead(request, instead, client.getOutputStream());
            default -> forward(request, fault, client, behind);
        };
    }

    private static boolean answerInstead(HttpHead request, Fault.Instead fault, OutputStream to) throws IOException {
        byte[] body = fault.body().getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 %d Made Up\r\nContent-Length: %d\r\n%s\r\n"
                .formatted(fault.status(), body.length, fault.head());
        to.write(head.getBytes(StandardCharsets.ISO_8859_1));
        to.write(request.method().equals("HEAD") ? new byte[0] : body);
        return true;
    }

    private static boolean forward(HttpHead request, Fault fault, Socket client, Socket behind) throws IOException {
        HttpHead asked = fault instanceof Fault.RangeLost ? request.replace("(?i)\r\nRange: [^\r]*", "") : request;
        behind.getOutputStream().write(asked.bytes());
        HttpHead response = HttpHead.read(behind.getInputStream());
        if (response == null) {
            return false;
        }
        if (fault instanceof Fault.Recoded recoded) {
            recode(request, recoded, response, behind.getInputStream(), client.getOutputStream());
            return true;
        }
        HttpHead told = fault instanceof Fault.Rewritten(String pattern, String replacement)
                ? response.replace(pattern, replacement)
                : response;
        client.getOutputStream().write(told.bytes());
        if (request.method().equals("HEAD") || response.status() == 304) {
            return true;
        }
        InputStream from = behind.getInputStream();
        OutputStream to = client.getOutputStream();
        if (response.chunked()) {
            HttpHead.copyChunks(from, to);
            return true;
        }
        return body(fault, response.contentLength(), from, client, to);
    }

    private static void recode(HttpHead request, Fault.Recoded fault, HttpHead head, InputStream from, OutputStream to)
            throws IOException {
        boolean bodiless = request.method().equals("HEAD");
        byte[] body = bodiless ? new byte[0] : fault.body().apply(from.readNBytes((int) head.contentLength()));
        HttpHead told = head.replace(fault.pattern(), fault.replacement());
        to.write((bodiless ? head : told.replace("Content-Length: \\d+", "Content-Length: " + body.length)).bytes());
        to.write(body);
    }

    private static boolean body(Fault fault, long length, InputStream from, Socket client, OutputStream to)
            throws IOException {
        long told = switch (fault) {
            case Fault.Truncated(long missing) -> Math.max(0, length - missing);
            case Fault.Reset(long after) -> Math.min(length, after);
            default -> length;
        };
        copy(from, to, told, fault instanceof Fault.Trickle(int bytesPerSecond) ? bytesPerSecond : Integer.MAX_VALUE);
        if (fault instanceof Fault.Reset) {
            client.setSoLinger(true, 0);
        }
        return !(fault instanceof Fault.Reset || fault instanceof Fault.Truncated);
    }

    private static void copy(InputStream from, OutputStream to, long length, int bytesPerSecond) throws IOException {
        boolean slow = bytesPerSecond < Integer.MAX_VALUE;
        byte[] buffer = new byte[slow ? Math.max(1, bytesPerSecond / 10) : 64 << 10];
        for (long left = length; left > 0; ) {
            int count = from.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0) {
                throw new IOException("the server ended early");
            }
            to.write(buffer, 0, count);
            left -= count;
            if (slow) {
                Await.pause(java.time.Duration.ofMillis(100));
            }
        }
    }

    /** As a server that went down: it refuses. */
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
