package io.blobcache.node.mesh.tls;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;

/** When certificates are valid. */
final class CertificateTimes {
    private CertificateTimes() {}

    /** Whether every certificate of a chain is in its time. */
    static boolean hold(Certificate[] chain, Instant now) {
        return Arrays.stream(chain)
                .allMatch(certificate -> certificate instanceof X509Certificate known
                        && !now.isBefore(known.getNotBefore().toInstant())
                        && !now.isAfter(known.getNotAfter().toInstant()));
    }
}
