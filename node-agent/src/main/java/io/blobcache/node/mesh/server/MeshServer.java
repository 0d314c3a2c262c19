package io.blobcache.node.mesh.server;

import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.content.ContentService;
import io.blobcache.node.mesh.wire.ContentMethods;
import io.blobcache.node.mesh.wire.PeerMethods;
import io.blobcache.node.metrics.LendingCounters;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.tier.BlockLoans;
import io.blobcache.proto.v1.PeerGrpc;
import io.grpc.Server;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves peers over gRPC. Thread-safe. */
public final class MeshServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MeshServer.class);

    /** How long a request waits for its turn: a few blocks at the pace of a slow line. */
    private static final Duration ADMISSION_PATIENCE = Duration.ofMillis(200);

    /** A quarter of the shortest sensible progress timeout. */
    private static final Duration SIGN = Duration.ofMillis(500);

    /** As long as a read may take. */
    private static final Duration FETCH_PATIENCE = Duration.ofSeconds(30);

    /** Calls under way have so long to end; then they are cancelled, and their peers ask elsewhere. */
    private static final Duration DRAIN = Duration.ofSeconds(5);

    /** Clients ping every 10 s; twice as often is tolerated, more is an attack. */
    private static final Duration MIN_KEEPALIVE = Duration.ofSeconds(5);

    private static final Duration KEEPALIVE = Duration.ofSeconds(10);
    private static final Duration KEEPALIVE_TIMEOUT = Duration.ofSeconds(3);

    /** Then a client connects anew: so that a certificate that ran out is found out, and load spreads. */
    private static final Duration MAX_CONNECTION_AGE = Duration.ofHours(1);

    /** Headers of ours have some 300 bytes. */
    private static final int MAX_HEADER_BYTES = 8 << 10;

    private final Server server;
    private final ExecutorService threads;
    private final HealthStatusManager health;

    private MeshServer(Server server, ExecutorService threads, HealthStatusManager health) {
        this.server = server;
        this.threads = threads;
        this.health = health;
    }

    /**
     * Listens when it returns.
     *
     * @param address where; port 0 lets the system choose
     * @throws IOException with the address and what is wrong
     */
    public static MeshServer start(
            InetSocketAddress address,
            MeshConfig config,
            String sourceIdentity,
            BlockSize blockSize,
            BlockLoans loans,
            LendingCounters counters,
            ContentService content)
            throws IOException {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        HealthStatusManager health = new HealthStatusManager();
        Lender lender = new Lender(
                new BlockRequests(sourceIdentity, blockSize),
                loans,
                new Admission(config.maxLentBytes(), ADMISSION_PATIENCE),
                counters,
                config.pieceBytes(),
                SIGN,
                FETCH_PATIENCE);
        Server server = NettyServerBuilder.forAddress(address)
                .addService(peers(new BlockCalls(lender, threads), content.finding(threads)))
                .addService(content.definition(threads))
                .addService(health.getHealthService())
                .addService(ProtoReflectionServiceV1.newInstance())
                .executor(threads)
                .flowControlWindow(config.connectionWindowBytes())
                .maxConcurrentCallsPerConnection(config.maxStreams())
                .maxInboundMessageSize(ContentMethods.MAX_REQUEST_BYTES + PeerMethods.MAX_OVERHEAD_BYTES)
                .maxInboundMetadataSize(MAX_HEADER_BYTES)
                .permitKeepAliveTime(MIN_KEEPALIVE.toNanos(), TimeUnit.NANOSECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(KEEPALIVE.toNanos(), TimeUnit.NANOSECONDS)
                .keepAliveTimeout(KEEPALIVE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)
                .maxConnectionAge(MAX_CONNECTION_AGE.toNanos(), TimeUnit.NANOSECONDS)
                .build();
        try {
            server.start();
        } catch (IOException e) {
            threads.close();
            throw new IOException(
                    "mesh.listen: %s cannot be listened on: %s; choose another address or port"
                            .formatted(
                                    address,
                                    e.getCause() == null
                                            ? e.getMessage()
                                            : e.getCause().getMessage()),
                    e);
        }
        return new MeshServer(server, threads, health);
    }

    /** The port that it listens on. */
    public int port() {
        return server.getPort();
    }

    /** No new call is taken, those under way may end, within 5 s. */
    @Override
    public void close() {
        health.enterTerminalState();
        server.shutdown();
        try {
            if (!server.awaitTermination(DRAIN.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.atInfo().log("calls of peers were cut off");
                server.shutdownNow();
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
    }

    private static ServerServiceDefinition peers(BlockCalls calls, ServerMethodDefinition<?, ?> finding) {
        return ServerServiceDefinition.builder(PeerGrpc.SERVICE_NAME)
                .addMethod(PeerMethods.serving(), calls)
                .addMethod(finding)
                .build();
    }
}
