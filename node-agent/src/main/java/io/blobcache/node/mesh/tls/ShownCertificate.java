package io.blobcache.node.mesh.tls;

import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.CertificateUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;

/** The certificate that this agent shows, out of two files which are exchanged one after the other. Thread-safe. */
final class ShownCertificate {
    private final Path certificateFile;
    private final Path keyFile;
    private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
    private volatile Instant expiry = Instant.EPOCH;

    ShownCertificate(Path certificateFile, Path keyFile) {
        this.certificateFile = certificateFile;
        this.keyFile = keyFile;
    }

    AdvancedTlsX509KeyManager keys() {
        return keys;
    }

    /** When the first of its chain runs out. */
    Instant expiry() {
        return expiry;
    }

    /**
     * Reads both files and shows what they hold from now on.
     *
     * @throws IOException if one is not what it should be, or the key is not the certificate's: the other may be on its
     *                     way, and what was shown before still is
     */
    void take() throws IOException {
        try (InputStream certificates = Files.newInputStream(certificateFile);
                InputStream key = Files.newInputStream(keyFile)) {
            X509Certificate[] chain = CertificateUtils.getX509Certificates(certificates);
            if (chain.length == 0) {
                throw new IOException("no certificate in it");
            }
            PrivateKey own = CertificateUtils.getPrivateKey(key);
            if (!fit(own, chain[0].getPublicKey())) {
                throw new IOException("the key is not that of the certificate");
            }
            keys.updateIdentityCredentials(chain, own);
            expiry = Arrays.stream(chain)
                    .map(certificate -> certificate.getNotAfter().toInstant())
                    .min(Instant::compareTo)
                    .orElseThrow();
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new IOException(
                    "mesh.tlsCertificate and mesh.tlsKey: must be PEM files of a certificate and its key (PKCS #8), were: "
                            + "%s, %s: %s".formatted(certificateFile, keyFile, e.getMessage()),
                    e);
        }
    }

    /** Whether what one signs the other verifies. */
    private static boolean fit(PrivateKey own, PublicKey shown) throws GeneralSecurityException {
        String algorithm = switch (own.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> own.getAlgorithm();
        };
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(own);
        byte[] signed = signature.sign();
        signature.initVerify(shown);
        return signature.verify(signed);
    }
}
