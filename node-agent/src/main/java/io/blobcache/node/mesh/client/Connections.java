package io.blobcache.node.mesh.client;

import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.tls.FreshConnection;
import io.blobcache.node.mesh.tls.MeshCredentials;
import io.blobcache.node.mesh.wire.PeerMethods;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Opens connections to peers; they connect at their first call. */
final class Connections {
    /** A dead peer is known 13 s after its last word, also while nothing is asked of it. */
    private static final Duration KEEPALIVE = Duration.ofSeconds(10);

    private static final Duration KEEPALIVE_TIMEOUT = Duration.ofSeconds(3);
    private static final int MAX_HEADER_BYTES = 8 << 10;

    private final MeshConfig config;
    private final MeshCredentials credentials;

    Connections(MeshConfig config, MeshCredentials credentials) {
        this.config = config;
        this.credentials = credentials;
    }

    List<ManagedChannel> open(Member member) {
        return Stream.generate(() -> channel(member))
                .limit(config.connections())
                .toList();
    }

    /** Listeners of ours never wait, so they run on the transport's threads. */
    private ManagedChannel channel(Member member) {
        NettyChannelBuilder builder =
                NettyChannelBuilder.forAddress(member.host(), member.port(), credentials.channel());
        FreshConnection fresh = new FreshConnection(credentials.clock());
        if (credentials.isTls()) {
            builder.overrideAuthority(credentials.name()).intercept(fresh);
        }
        return fresh.of(builder.directExecutor()
                .disableRetry()
                .flowControlWindow(config.windowBytes())
                .maxInboundMessageSize(config.pieceBytes() + PeerMethods.MAX_OVERHEAD_BYTES)
                .maxInboundMetadataSize(MAX_HEADER_BYTES)
                .keepAliveTime(KEEPALIVE.toNanos(), TimeUnit.NANOSECONDS)
                .keepAliveTimeout(KEEPALIVE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)
                .keepAliveWithoutCalls(true)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        config.connectTimeout().toMillis())
                .withOption(ChannelOption.TCP_NODELAY, true)
                .build());
    }
}
