package io.blobcache.node.source.request;

import io.blobcache.node.config.SourceConfig;
import java.time.Duration;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;

/**
 * The HTTP client under S3 and HTTP sources: blocking, for virtual threads. It neither follows redirects nor retries
 * nor decompresses; a read without a byte for the stall timeout fails; interrupting a virtual thread closes its socket.
 */
public final class Connections {
    /** Shorter than the idle timeouts of common servers (S3: some 20 s, nginx: 75 s), so a reused one is alive. */
    private static final Duration MAX_IDLE = Duration.ofSeconds(15);

    private Connections() {}

    public static SdkHttpClient open(SourceConfig config) {
        return Apache5HttpClient.builder()
                .connectionTimeout(config.connectTimeout())
                .socketTimeout(config.stallTimeout())
                .maxConnections(config.maxRequests())
                // Permits are counted in Retry: a wait here means that connections are still being given back.
                .connectionAcquisitionTimeout(config.stallTimeout())
                .connectionMaxIdleTime(MAX_IDLE)
                .tcpKeepAlive(true)
                .expectContinueEnabled(false)
                .dnsResolver(new GuardedResolver())
                .build();
    }
}
