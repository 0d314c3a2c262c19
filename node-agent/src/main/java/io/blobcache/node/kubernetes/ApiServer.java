package io.blobcache.node.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The API server as a pod reaches it: by the two variables of its environment, with the token and the authority of its
 * service account, both read anew for each connection because the kubelet renews them.
 *
 * @param account directory with token, ca.crt and namespace
 */
record ApiServer(URI address, Path account) {
    private static final Path ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

    /** The server sends a bookmark each minute: what is silent for longer is a connection that nobody has the other end of. */
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(100);

    /** The server ends a watch by itself after this time, so that watches spread over its instances. */
    private static final int WATCH_SECONDS = 600;

    /** Empty where this process is in no pod, or in one without a service account. */
    static Optional<ApiServer> ofPod(Map<String, String> environment) {
        String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
        if (host.isEmpty() || !Files.exists(ACCOUNT.resolve("token"))) {
            return Optional.empty();
        }
        String literal = host.contains(":") ? "[" + host + "]" : host;
        return Optional.of(new ApiServer(URI.create("https://" + literal + ":" + port), ACCOUNT));
    }

    /**
     * Events of one ConfigMap, beginning with the object as it is; one JSON object after the other until the stream ends.
     *
     * @throws IOException if it cannot be reached, refuses, or says nothing for {@link #SILENCE_LIMIT}
     */
    InputStream watch(String namespace, String name) throws IOException {
        String path =
                "/api/v1/namespaces/%s/configmaps?watch=1&allowWatchBookmarks=true&timeoutSeconds=%d&fieldSelector=%s"
                        .formatted(
                                namespace,
                                WATCH_SECONDS,
                                URLEncoder.encode("metadata.name=" + name, StandardCharsets.UTF_8));
        HttpURLConnection connection =
                (HttpURLConnection) address.resolve(path).toURL().openConnection();
        if (connection instanceof HttpsURLConnection secure) {
            secure.setSSLSocketFactory(trusting(account.resolve("ca.crt")).getSocketFactory());
        }
        connection.setConnectTimeout((int) CONNECT_LIMIT.toMillis());
        connection.setReadTimeout((int) SILENCE_LIMIT.toMillis());
        String token = Files.readString(account.resolve("token")).strip();
        connection.setRequestProperty("Authorization", "Bearer " + token);
        connection.setRequestProperty("Accept", "application/json");
        connection.setRequestProperty("User-Agent", "blobcache-agent");
        int code = connection.getResponseCode();
        if (code != HttpURLConnection.HTTP_OK) {
            connection.disconnect();
            throw new IOException("the API server answers %d to a watch of configmap %s".formatted(code, name));
        }
        return connection.getInputStream();
    }

    String namespace() throws IOException {
        return Files.readString(account.resolve("namespace")).strip();
    }

    private static SSLContext trusting(Path authorities) throws IOException {
        try (InputStream pem = Files.newInputStream(authorities)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, noPassword());
            for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                trusted.setCertificateEntry("authority-" + trusted.size(), authority);
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("no certificates can be read from " + authorities, e);
        }
    }

    private static char @Nullable [] noPassword() {
        return null;
    }
}
