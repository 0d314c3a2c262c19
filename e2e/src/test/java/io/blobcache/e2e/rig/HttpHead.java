package io.blobcache.e2e.rig;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What stands before the body of an HTTP/1.1 message, as it came.
 *
 * @param text with the empty line at its end
 * @param atNanos when it came, of {@link System#nanoTime}
 */
public record HttpHead(String text, long atNanos) {
    private static final int MAX_BYTES = 64 << 10;

    /** {@code null} when the other side has closed. */
    static @Nullable HttpHead read(InputStream from) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int ending = 0;
        while (ending < 4) {
            int next = from.read();
            if (next < 0 || bytes.size() > MAX_BYTES) {
                return null;
            }
            bytes.write(next);
            boolean fits = next == (ending % 2 == 0 ? '\r' : '\n');
            ending = fits ? ending + 1 : next == '\r' ? 1 : 0;
        }
        return new HttpHead(bytes.toString(StandardCharsets.ISO_8859_1), System.nanoTime());
    }

    public String method() {
        return text.substring(0, text.indexOf(' '));
    }

    /** Path and query, as sent. */
    public String target() {
        return text.split(" ", 3)[1];
    }

    public boolean isFor(String key) {
        String path = target().split("\\?", 2)[0];
        return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8)
                .endsWith("/" + key);
    }

    /** Empty if it has none. */
    public String header(String name) {
        String wanted = name.toLowerCase(Locale.ROOT) + ":";
        return text.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(wanted))
                .map(line -> line.substring(wanted.length()).strip())
                .findFirst()
                .orElse("");
    }

    int status() {
        return Integer.parseInt(target());
    }

    boolean chunked() {
        return header("Transfer-Encoding").equalsIgnoreCase("chunked");
    }

    long contentLength() {
        String length = header("Content-Length");
        return length.isEmpty() ? 0 : Long.parseLong(length);
    }

    HttpHead replace(String pattern, String replacement) {
        return new HttpHead(text.replaceFirst(pattern, replacement), atNanos);
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A chunked body, to its end. */
    static void copyChunks(InputStream from, OutputStream to) throws IOException {
        while (true) {
            String line = line(from);
            to.write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            int length = Integer.parseInt(line.split(";")[0].strip(), 16);
            to.write(from.readNBytes(length));
            to.write((line(from) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            if (length == 0) {
                return;
            }
        }
    }

    private static String line(InputStream from) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = from.read(); next != '\n'; next = from.read()) {
            if (next < 0) {
                throw new IOException("the server ended early");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
