package io.blobcache.node.mesh;

import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.TestAuthority.Issued;
import java.time.Duration;

/** Configurations of test agents. */
public final class MeshConfigs {
    private MeshConfigs() {}

    /** With TLS, and patient: requests to the source are counted, also on a busy machine. */
    public static MeshConfig tls(Issued issued) {
        MeshConfig defaults = MeshConfig.DEFAULT;
        return new MeshConfig(
                "members.yaml",
                "",
                defaults.listen(),
                false,
                issued.certificate().toString(),
                issued.key().toString(),
                issued.authorities().toString(),
                defaults.tlsName(),
                true,
                defaults.bulkPort(),
                defaults.windowBytes(),
                defaults.maxStreams(),
                defaults.pieceBytes(),
                defaults.maxLentBytes(),
                defaults.maxLentPerSecondBytes(),
                defaults.connections(),
                defaults.connectTimeout(),
                Duration.ofSeconds(20),
                defaults.maxStoredBytes());
    }

    /** Messages that hold a whole block of the tests. */
    static MeshConfig wide(MeshConfig template) {
        return new MeshConfig(
                template.members(),
                template.self(),
                template.listen(),
                template.insecure(),
                template.tlsCertificate(),
                template.tlsKey(),
                template.tlsAuthorities(),
                template.tlsName(),
                template.bulk(),
                template.bulkPort(),
                template.windowBytes(),
                template.maxStreams(),
                2 << 20,
                template.maxLentBytes(),
                template.maxLentPerSecondBytes(),
                template.connections(),
                template.connectTimeout(),
                template.progressTimeout(),
                template.maxStoredBytes());
    }

    /** Lends so many bytes a second at most. */
    static MeshConfig capped(MeshConfig template, long maxLentPerSecondBytes) {
        return new MeshConfig(
                template.members(),
                template.self(),
                template.listen(),
                template.insecure(),
                template.tlsCertificate(),
                template.tlsKey(),
                template.tlsAuthorities(),
                template.tlsName(),
                template.bulk(),
                template.bulkPort(),
                template.windowBytes(),
                template.maxStreams(),
                template.pieceBytes(),
                template.maxLentBytes(),
                maxLentPerSecondBytes,
                template.connections(),
                template.connectTimeout(),
                template.progressTimeout(),
                template.maxStoredBytes());
    }
}
