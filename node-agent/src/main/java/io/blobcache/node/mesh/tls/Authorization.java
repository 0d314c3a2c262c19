package io.blobcache.node.mesh.tls;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Lets each role call the services of its own and nothing else; a service that is not named is nobody's. Denied before
 * the request is read, in the same words whatever it asks for: nobody learns from it what there is.
 */
public final class Authorization implements ServerInterceptor {
    private static final Set<Role> MEMBERS = EnumSet.of(Role.MEMBER);
    private static final Set<Role> KNOWN = EnumSet.of(Role.MEMBER, Role.CLIENT);

    private static final Map<String, Set<Role>> ALLOWED = Map.of(
            "blobcache.v1.Peer", MEMBERS,
            "blobcache.BlobCache", KNOWN,
            "grpc.health.v1.Health", KNOWN,
            "grpc.reflection.v1.ServerReflection", KNOWN);

    private final String name;
    private final InstantSource clock;

    /**
     * @param name  of the mesh; empty without TLS
     * @param clock by which a certificate runs out
     */
    public Authorization(String name, InstantSource clock) {
        this.name = name;
        this.clock = clock;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String service = String.valueOf(call.getMethodDescriptor().getServiceName());
        if (ALLOWED.getOrDefault(service, Set.of()).contains(Role.of(call.getAttributes(), name, clock.instant()))) {
            return next.startCall(call, headers);
        }
        call.close(Status.PERMISSION_DENIED.withDescription("denied"), new Metadata());
        return new ServerCall.Listener<>() {};
    }
}
