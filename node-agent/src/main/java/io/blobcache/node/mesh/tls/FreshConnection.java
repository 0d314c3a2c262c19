package io.blobcache.node.mesh.tls;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.security.cert.Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Leaves an open connection before a call if a certificate of either side has run out since it was made. The call then
 * connects anew, which shows this agent's present certificate and verifies the other's. Thread-safe.
 */
public final class FreshConnection implements ClientInterceptor {
    private final InstantSource clock;

    /** Of the last call that reached the other side. */
    private final AtomicReference<@Nullable SSLSession> latest = new AtomicReference<>();

    private volatile @Nullable ManagedChannel channel;

    public FreshConnection(InstantSource clock) {
        this.clock = clock;
    }

    /** @param built with this as its interceptor; no call has begun yet */
    public ManagedChannel of(ManagedChannel built) {
        channel = built;
        return built;
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        leaveIfRanOut();
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<A> listener, Metadata headers) {
                ClientCall<Q, A> call = delegate();
                super.start(
                        new SimpleForwardingClientCallListener<>(listener) {
                            @Override
                            public void onHeaders(Metadata came) {
                                saw(call.getAttributes());
                                super.onHeaders(came);
                            }

                            @Override
                            public void onClose(Status status, Metadata trailers) {
                                saw(call.getAttributes());
                                super.onClose(status, trailers);
                            }
                        },
                        headers);
            }
        };
    }

    private void saw(Attributes connection) {
        SSLSession session = connection.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session != null) {
            latest.set(session);
        }
    }

    private void leaveIfRanOut() {
        SSLSession session = latest.get();
        ManagedChannel left = channel;
        if (session != null
                && left != null
                && ranOut(session, clock.instant())
                && latest.compareAndSet(session, null)) {
            left.enterIdle();
        }
    }

    private static boolean ranOut(SSLSession session, Instant now) {
        try {
            Certificate[] own = session.getLocalCertificates();
            return !CertificateTimes.hold(session.getPeerCertificates(), now)
                    || (own != null && !CertificateTimes.hold(own, now));
        } catch (SSLPeerUnverifiedException _) {
            return true;
        }
    }
}
