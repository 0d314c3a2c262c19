package io.blobcache.node.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks an agent's endpoint on loopback. */
final class AdminClient {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** A status has 2 KiB. */
    private static final int MAX_BYTES = 1 << 20;

    private AdminClient() {}

    /** @throws IOException if no good answer came in time */
    static String read(int port, String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + path).toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout((int) PATIENCE.toMillis());
        connection.setReadTimeout((int) PATIENCE.toMillis());
        try (InputStream body = connection.getInputStream()) {
            return new String(body.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
        } finally {
            connection.disconnect();
        }
    }
}
