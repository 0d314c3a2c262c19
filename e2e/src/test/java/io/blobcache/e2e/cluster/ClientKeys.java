package io.blobcache.e2e.cluster;

import io.fabric8.kubernetes.client.Config;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The client takes a key in PKCS #8 for one of RSA unless it is told otherwise ("Invalid DER: object is not integer"),
 * although the key says what it is.
 */
final class ClientKeys {
    /** DER of the identifier of elliptic curve keys, 1.2.840.10045.2.1. */
    private static final String EC = "06072a8648ce3d0201";

    private ClientKeys() {}

    static Config named(Config config) {
        String encoded = config.getClientKeyData();
        if (encoded != null) {
            String pem = new String(Base64.getMimeDecoder().decode(encoded), StandardCharsets.US_ASCII);
            byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
            config.setClientKeyAlgo(HexFormat.of().formatHex(der).contains(EC) ? "EC" : "RSA");
        }
        return config;
    }
}
