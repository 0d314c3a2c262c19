package io.blobcache.node.mesh.client;

import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.tls.MeshCredentials;
import io.blobcache.node.mesh.wire.Stalls;
import io.blobcache.node.model.NanoClock;
import io.blobcache.proto.v1.OpenBulkRequest;
import io.blobcache.proto.v1.OpenBulkResponse;
import io.blobcache.proto.v1.PeerGrpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real network: gRPC, and TCP beside it. Thread-safe. */
final class GrpcLines implements Lines {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcLines.class);
    private static final Duration REHEARSAL = Duration.ofSeconds(10);

    private final MeshConfig config;
    private final boolean takesBulk;
    private final Connections connections;
    private final NanoClock clock;
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("peer-clock").factory());
    private final Stalls stalls;

    GrpcLines(MeshConfig config, MeshCredentials credentials, NanoClock clock) {
        this.config = config;
        this.takesBulk = config.bulk() && !credentials.isTls();
        this.connections = new Connections(config, credentials);
        this.clock = clock;
        timer.setRemoveOnCancelPolicy(true);
        this.stalls = new Stalls(timer, clock);
    }

    @Override
    public Line to(Member member) {
        BulkPool pool = new BulkPool(member, config.connectTimeout(), clock);
        return new GrpcLine(connections.open(member), new BulkWay(pool, stalls, takesBulk, clock), clock);
    }

    @Override
    public void rehearse(Member self) {
        List<ManagedChannel> channels = connections.open(self);
        try {
            OpenBulkResponse answer = PeerGrpc.newBlockingStub(channels.getFirst())
                    .withDeadlineAfter(REHEARSAL)
                    .openBulk(OpenBulkRequest.getDefaultInstance());
            LOG.atDebug().addKeyValue("bulkPort", answer.getPort()).log("the mesh is rehearsed");
        } catch (StatusRuntimeException e) {
            LOG.atDebug().setCause(e).log("the mesh was not rehearsed");
        } finally {
            channels.forEach(ManagedChannel::shutdownNow);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
