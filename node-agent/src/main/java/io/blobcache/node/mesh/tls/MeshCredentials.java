package io.blobcache.node.mesh.tls;

import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.config.WatchedFile;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import io.grpc.util.CertificateUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this agent shows its peers, and what it wants to see of them: a certificate of the mesh's own authority, from both
 * sides. The files are watched as the configuration is: a new certificate or authority is taken within seconds, a bad file
 * changes nothing and is logged. gRPC's own watching of files looks once a minute at most, and takes a key that is not the
 * certificate's. Thread-safe.
 */
public final class MeshCredentials implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MeshCredentials.class);

    private final ServerCredentials server;
    private final ChannelCredentials channel;
    private final String name;
    private final Supplier<Optional<Instant>> expiry;
    private final List<WatchedFile> watched;
    private final InstantSource clock;

    private MeshCredentials(
            ServerCredentials server,
            ChannelCredentials channel,
            String name,
            Supplier<Optional<Instant>> expiry,
            List<WatchedFile> watched,
            InstantSource clock) {
        this.server = server;
        this.channel = channel;
        this.name = name;
        this.expiry = expiry;
        this.watched = watched;
        this.clock = clock;
    }

    /** @throws IOException if a file cannot be read or is not what it should be, with the key and the remedy */
    public static MeshCredentials open(MeshConfig config) throws IOException {
        return open(config, WatchedFile.PERIOD, InstantSource.system());
    }

    /**
     * @param period between two looks at the files; a change is taken after two
     * @param clock  by which certificates of open connections run out
     */
    public static MeshCredentials open(MeshConfig config, Duration period, InstantSource clock) throws IOException {
        return config.tls() ? tls(config, period, clock) : plaintext();
    }

    /** Without TLS: whoever reaches the port is a member. */
    public static MeshCredentials plaintext() {
        return new MeshCredentials(
                InsecureServerCredentials.create(),
                InsecureChannelCredentials.create(),
                "",
                Optional::empty,
                List.of(),
                InstantSource.system());
    }

    private static MeshCredentials tls(MeshConfig config, Duration period, InstantSource clock) throws IOException {
        Path certificateFile = Path.of(config.tlsCertificate());
        ShownCertificate shown = new ShownCertificate(certificateFile, Path.of(config.tlsKey()));
        shown.take();
        Path authoritiesFile = Path.of(config.tlsAuthorities());
        AdvancedTlsX509TrustManager trust = trust();
        takeAuthorities(authoritiesFile, trust);
        WatchedFile certificate = new WatchedFile(certificateFile, "mesh certificate", LOG, period, shown::take);
        WatchedFile authorities = new WatchedFile(
                authoritiesFile, "mesh authorities", LOG, period, () -> takeAuthorities(authoritiesFile, trust));
        certificate.start();
        authorities.start();
        return new MeshCredentials(
                TlsServerCredentials.newBuilder()
                        .keyManager(shown.keys())
                        .trustManager(trust)
                        .clientAuth(ClientAuth.REQUIRE)
                        .build(),
                TlsChannelCredentials.newBuilder()
                        .keyManager(shown.keys())
                        .trustManager(trust)
                        .build(),
                config.tlsName(),
                () -> Optional.of(shown.expiry()),
                List.of(certificate, authorities),
                clock);
    }

    /** The names of members are addresses that change; what is verified is the name that all of them share. */
    private static AdvancedTlsX509TrustManager trust() throws IOException {
        try {
            return AdvancedTlsX509TrustManager.newBuilder()
                    .setVerification(Verification.CERTIFICATE_AND_HOST_NAME_VERIFICATION)
                    .build();
        } catch (CertificateException e) {
            throw new IOException("this Java has no certificates of the X.509 kind", e);
        }
    }

    private static void takeAuthorities(Path file, AdvancedTlsX509TrustManager trust) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            X509Certificate[] authorities = CertificateUtils.getX509Certificates(in);
            if (authorities.length == 0) {
                throw new IOException("no certificate in it");
            }
            trust.updateTrustCredentials(authorities);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new IOException(
                    "mesh.tlsAuthorities: must be a PEM file of certificates, was: %s: %s"
                            .formatted(file, e.getMessage()),
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
        return !name.isEmpty();
    }

    /** When the certificate that is shown now runs out; empty without TLS. */
    public Optional<Instant> expiry() {
        return expiry.get();
    }

    /** By which certificates of open connections run out. */
    public InstantSource clock() {
        return clock;
    }

    @Override
    public void close() {
        watched.forEach(WatchedFile::close);
    }
}
