package io.blobcache.node.mesh.tls;

import io.blobcache.node.config.MeshConfig;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import java.io.File;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What this agent shows its peers, and what it wants to see of them: a certificate of the mesh's own authority, from both
 * sides. The files are looked at every ten seconds; a new certificate or authority is taken without a restart, a bad file
 * changes nothing and is logged. Thread-safe.
 */
public final class MeshCredentials implements AutoCloseable {
    private static final int RELOAD_SECONDS = 10;

    private final ServerCredentials server;
    private final ChannelCredentials channel;
    private final String name;
    private final @Nullable AdvancedTlsX509KeyManager keys;
    private final @Nullable ScheduledExecutorService reloads;

    private MeshCredentials(
            ServerCredentials server,
            ChannelCredentials channel,
            String name,
            @Nullable AdvancedTlsX509KeyManager keys,
            @Nullable ScheduledExecutorService reloads) {
        this.server = server;
        this.channel = channel;
        this.name = name;
        this.keys = keys;
        this.reloads = reloads;
    }

    /** @throws IOException if a file cannot be read or is not what it should be, with the key and the remedy */
    public static MeshCredentials open(MeshConfig config) throws IOException {
        return config.tls() ? tls(config) : plaintext();
    }

    /** Without TLS: whoever reaches the port is a member. */
    public static MeshCredentials plaintext() {
        return new MeshCredentials(
                InsecureServerCredentials.create(), InsecureChannelCredentials.create(), "", null, null);
    }

    private static MeshCredentials tls(MeshConfig config) throws IOException {
        AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
        ScheduledExecutorService reloads = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("mesh-certificates").factory());
        try {
            // The names of members are addresses that change; what is verified is the name that all of them share.
            AdvancedTlsX509TrustManager trust = AdvancedTlsX509TrustManager.newBuilder()
                    .setVerification(Verification.CERTIFICATE_AND_HOST_NAME_VERIFICATION)
                    .build();
            var _ = keys.updateIdentityCredentials(
                    new File(config.tlsCertificate()),
                    new File(config.tlsKey()),
                    RELOAD_SECONDS,
                    TimeUnit.SECONDS,
                    reloads);
            var _ = trust.updateTrustCredentials(
                    new File(config.tlsAuthorities()), RELOAD_SECONDS, TimeUnit.SECONDS, reloads);
            return new MeshCredentials(
                    TlsServerCredentials.newBuilder()
                            .keyManager(keys)
                            .trustManager(trust)
                            .clientAuth(ClientAuth.REQUIRE)
                            .build(),
                    TlsChannelCredentials.newBuilder()
                            .keyManager(keys)
                            .trustManager(trust)
                            .build(),
                    config.tlsName(),
                    keys,
                    reloads);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            reloads.shutdownNow();
            throw new IOException(
                    "mesh.tlsCertificate, tlsKey, tlsAuthorities: must be PEM files of a certificate, its key (PKCS #8) and"
                            + " the authorities, were: %s, %s, %s: %s"
                                    .formatted(
                                            config.tlsCertificate(),
                                            config.tlsKey(),
                                            config.tlsAuthorities(),
                                            e.getMessage()),
                    e);
        }
    }

    public ServerCredentials server() {
        return server;
    }

    public ChannelCredentials channel() {
        return channel;
    }

    /** The DNS name in every member's certificate; empty without TLS. */
    public String name() {
        return name;
    }

    public boolean isTls() {
        return keys != null;
    }

    /** When the certificate that is shown now runs out; empty without TLS. */
    public Optional<Instant> expiry() {
        if (keys == null) {
            return Optional.empty();
        }
        return Arrays.stream(keys.getCertificateChain(keys.getServerAliases("RSA", null)[0]))
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo);
    }

    @Override
    public void close() {
        if (reloads != null) {
            reloads.shutdownNow();
        }
    }
}
