package io.blobcache.node.mesh;

import io.blobcache.node.config.MeshConfig;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Where an agent serves its peers. */
final class ListenAddress {
    private ListenAddress() {}

    /** @throws IOException if it is none of this machine, or lets strangers in, with the key and the remedy */
    static InetSocketAddress of(MeshConfig config) throws IOException {
        int colon = config.listen().lastIndexOf(':');
        try {
            int port = Integer.parseInt(config.listen().substring(colon + 1));
            InetSocketAddress address = new InetSocketAddress(config.listen().substring(0, Math.max(colon, 0)), port);
            if (colon <= 0 || address.isUnresolved()) {
                throw new IllegalArgumentException("no such address");
            }
            if (!address.getAddress().isLoopbackAddress() && !config.insecure() && !config.tls()) {
                throw new IOException(
                        "mesh.listen: %s is beyond loopback and there is no TLS: whoever reaches it could read every blob; give mesh.tlsCertificate, or set mesh.insecure: true if the network keeps others away"
                                .formatted(config.listen()));
            }
            return address;
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "mesh.listen: must be an address of this machine and a port, such as 0.0.0.0:7400, was: "
                            + config.listen(),
                    e);
        }
    }
}
