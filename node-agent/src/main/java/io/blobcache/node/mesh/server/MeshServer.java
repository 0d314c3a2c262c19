package io.blobcache.node.mesh.server;

import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.content.ContentService;
import io.blobcache.node.mesh.tls.Authorization;
import io.blobcache.node.mesh.tls.MeshCredentials;
import io.blobcache.node.mesh.wire.ContentMethods;
import io.blobcache.node.mesh.wire.PeerMethods;
import io.blobcache.node.mesh.wire.Stalls;
import io.blobcache.node.metrics.LendingCounters;
import io.blobcache.node.model.BlobNaming;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.model.Pace;
import io.blobcache.node.tier.BlockLoans;
import io.blobcache.proto.v1.PeerGrpc;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves peers over gRPC. Thread-safe. */
public final class MeshServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MeshServer.class);

    /**
     * For each call the transport holds up to one piece outside of the heap. Counted as sixteen of them at least, all calls
     * together hold a sixteenth of what may be lent: 16 of 256 MiB.
     */
    private static final int MIN_PIECES = 16;

    /** A peer waits 10 s for the first content and then takes 16 MiB at 4 MiB/s; what lasts longer is waited for by nobody. */
    private static final Duration MAX_CALL_AGE = Duration.ofSeconds(20);

    /** Calls under way have so long to end; then they are cancelled, and their peers ask elsewhere. */
    private static final Duration DRAIN = Duration.ofSeconds(5);

    /** Clients ping every 10 s; twice as often is tolerated, more is an attack. */
    private static final Duration MIN_KEEPALIVE = Duration.ofSeconds(5);

    private static final Duration KEEPALIVE = Duration.ofSeconds(10);
    private static final Duration KEEPALIVE_TIMEOUT = Duration.ofSeconds(3);

    /** So many times {@code mesh.progressTimeout}, 10 s as a rule, for a client to take or send what it should: it may be far away. */
    private static final int CLIENT_PATIENCE = 5;

    /** Then a client connects anew, and calls under way have as long again: so that load spreads, and a certificate that is trusted no more is found out. */
    private static final Duration MAX_CONNECTION_AGE = Duration.ofHours(1);

    /** Headers of ours have some 300 bytes. */
    private static final int MAX_HEADER_BYTES = 8 << 10;

    /** A peer that asks for nothing so long connects anew when it does; nobody else needs a connection for that. */
    private static final Duration MAX_CONNECTION_IDLE = Duration.ofMinutes(10);

    /** Calls on one connection that either end gives up in a second: twice as many as can be open at once. */
    private static final int MAX_RESETS_PER_SECOND = 2000;

    /** gRPC writes a stack trace of each stream that it refuses, at the pace of whoever opens them. Kept, as its level is. */
    private static final java.util.logging.Logger STREAM_ERRORS =
            java.util.logging.Logger.getLogger("io.grpc.netty.NettyServerHandler");

    private final Server server;
    private final @Nullable BulkServer bulk;
    private final ExecutorService threads;
    private final ScheduledExecutorService clock;
    private final HealthStatusManager health;

    private MeshServer(
            Server server,
            @Nullable BulkServer bulk,
            ExecutorService threads,
            ScheduledExecutorService clock,
            HealthStatusManager health) {
        this.server = server;
        this.bulk = bulk;
        this.threads = threads;
        this.clock = clock;
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
            MeshCredentials credentials,
            BlobNaming source,
            BlockSize blockSize,
            BlockLoans loans,
            LendingCounters counters,
            ContentService content)
            throws IOException {
        STREAM_ERRORS.setLevel(java.util.logging.Level.SEVERE);
        Duration patience = config.progressTimeout().multipliedBy(CLIENT_PATIENCE);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("mesh-clock").factory());
        clock.setRemoveOnCancelPolicy(true);
        HealthStatusManager health = new HealthStatusManager();
        Lender lender = new Lender(
                new BlockRequests(source, blockSize),
                loans,
                new Admission(config.maxLentBytes(), MIN_PIECES * config.pieceBytes(), System::nanoTime),
                new Pace(config.maxLentPerSecondBytes(), System::nanoTime),
                counters,
                System::nanoTime);
        BulkServer bulk = config.bulk() && !credentials.isTls()
                ? BulkServer.start(
                        new InetSocketAddress(address.getAddress(), config.bulkPort()),
                        lender,
                        threads,
                        new Stalls(clock, System::nanoTime),
                        patience)
                : null;
        NettyServerBuilder serving = NettyServerBuilder.forAddress(address, credentials.server())
                .intercept(new Authorization(credentials.name(), credentials.clock()))
                .addService(PeerService.of(
                        lender, config.pieceBytes(), bulk == null ? 0 : bulk.port(), content.finding(threads), threads))
                .addService(content.definition(threads))
                .addService(health.getHealthService())
                .addService(ProtoReflectionServiceV1.newInstance())
                .executor(threads);
        Server server = limited(serving, config, patience, clock).build();
        try {
            server.start();
        } catch (IOException e) {
            close(bulk, clock, threads);
            throw new IOException(
                    "mesh.listen: %s cannot be listened on: %s; choose another address or port"
                            .formatted(
                                    address,
                                    e.getCause() == null
                                            ? e.getMessage()
                                            : e.getCause().getMessage()),
                    e);
        }
        return new MeshServer(server, bulk, threads, clock, health);
    }

    private static NettyServerBuilder limited(
            NettyServerBuilder serving, MeshConfig config, Duration patience, ScheduledExecutorService clock) {
        return serving.addStreamTracerFactory(
                        new CallAge(PeerGrpc.SERVICE_NAME, MAX_CALL_AGE.plus(config.progressTimeout()), clock))
                .addStreamTracerFactory(new CallLimits(patience, clock))
                .flowControlWindow(config.windowBytes())
                .maxConcurrentCallsPerConnection(config.maxStreams())
                .maxInboundMessageSize(ContentMethods.MAX_REQUEST_BYTES + PeerMethods.MAX_OVERHEAD_BYTES)
                .maxInboundMetadataSize(MAX_HEADER_BYTES)
                .permitKeepAliveTime(MIN_KEEPALIVE.toNanos(), TimeUnit.NANOSECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(KEEPALIVE.toNanos(), TimeUnit.NANOSECONDS)
                .keepAliveTimeout(KEEPALIVE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)
                .handshakeTimeout(patience.toNanos(), TimeUnit.NANOSECONDS)
                .maxRstFramesPerWindow(MAX_RESETS_PER_SECOND, 1)
                .maxConnectionIdle(MAX_CONNECTION_IDLE.toNanos(), TimeUnit.NANOSECONDS)
                .maxConnectionAge(MAX_CONNECTION_AGE.toNanos(), TimeUnit.NANOSECONDS)
                .maxConnectionAgeGrace(MAX_CONNECTION_AGE.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The port that it listens on. */
    public int port() {
        return server.getPort();
    }

    /** No new call and no new request for a block is taken, those under way may end, within 5 s. */
    @Override
    public void close() {
        if (server.isShutdown()) {
            return;
        }
        health.enterTerminalState();
        server.shutdown();
        try {
            if (!ended(System.nanoTime() + DRAIN.toNanos())) {
                LOG.atInfo().log("calls of peers were cut off");
                server.shutdownNow();
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        close(bulk, clock, threads);
    }

    private boolean ended(long deadline) throws InterruptedException {
        if (bulk != null) {
            bulk.drain();
        }
        boolean calls = server.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        return (bulk == null || bulk.awaitDrained(deadline - System.nanoTime())) && calls;
    }

    private static void close(@Nullable BulkServer bulk, ScheduledExecutorService clock, ExecutorService threads) {
        if (bulk != null) {
            bulk.close();
        }
        threads.shutdownNow();
        clock.shutdownNow();
    }
}
