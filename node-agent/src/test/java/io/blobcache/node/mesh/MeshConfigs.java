package io.blobcache.node.mesh;

import io.blobcache.node.config.Changed;
import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.TestAuthority.Issued;
import java.time.Duration;

/** Configurations of test agents. */
public final class MeshConfigs {
    private MeshConfigs() {}

    /** With TLS, and patient: requests to the source are counted, also on a busy machine. */
    public static MeshConfig tls(Issued issued) {
        return Changed.copy(
                MeshConfig.DEFAULT,
                "members",
                "members.yaml",
                "tlsCertificate",
                issued.certificate().toString(),
                "tlsKey",
                issued.key().toString(),
                "tlsAuthorities",
                issued.authorities().toString(),
                "bulk",
                true,
                "progressTimeout",
                Duration.ofSeconds(20));
    }

    /** Messages that hold a whole block of the tests. */
    static MeshConfig wide(MeshConfig template) {
        return Changed.copy(template, "pieceBytes", 2 << 20);
    }

    /** Lends so many bytes a second at most. */
    static MeshConfig capped(MeshConfig template, long maxLentPerSecondBytes) {
        return Changed.copy(template, "maxLentPerSecondBytes", maxLentPerSecondBytes);
    }
}
