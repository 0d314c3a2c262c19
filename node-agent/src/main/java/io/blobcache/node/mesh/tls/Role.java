package io.blobcache.node.mesh.tls;

import io.grpc.Attributes;
import io.grpc.Grpc;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Who calls, by the certificate that was verified when the connection was made. One that has run out since is looked for at
 * each call: a connection may be open for an hour.
 */
enum Role {
    /** An agent of the mesh: its certificate has the mesh's name. */
    MEMBER,
    /** Somebody else with a certificate of the mesh's authority. */
    CLIENT,
    STRANGER;

    /** The type of a DNS name among the alternative names of a certificate (RFC 5280, 4.2.1.6). */
    private static final int DNS_NAME = 2;

    /**
     * @param name of the mesh; empty without TLS, when whoever reaches the port is a member
     * @param now  at which the certificate has to be in its time
     */
    static Role of(Attributes connection, String name, Instant now) {
        if (name.isEmpty()) {
            return MEMBER;
        }
        SSLSession session = connection.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session == null) {
            return STRANGER;
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            if (!CertificateTimes.hold(chain, now)) {
                return STRANGER;
            }
            return chain.length > 0 && chain[0] instanceof X509Certificate own && hasName(own, name) ? MEMBER : CLIENT;
        } catch (SSLPeerUnverifiedException | CertificateParsingException _) {
            return STRANGER; // Nothing is believed of a certificate that cannot be read.
        }
    }

    private static boolean hasName(X509Certificate certificate, String name) throws CertificateParsingException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        return names != null
                && names.stream().anyMatch(entry -> entry.get(0).equals(DNS_NAME) && name.equals(entry.get(1)));
    }
}
