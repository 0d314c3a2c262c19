package io.blobcache.node.mesh.client;

import io.blobcache.node.mesh.wire.Stalls;
import io.blobcache.node.model.BlobException;
import io.blobcache.proto.v1.OpenBulkRequest;
import io.blobcache.proto.v1.PeerGrpc;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to a peer's blocks beside gRPC: asks the peer once where it is, and does without for a while when it cannot be
 * had. Thread-safe.
 */
final class BulkWay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BulkWay.class);

    /** Without bulk connections for so long before the peer is asked again. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private static final int UNKNOWN = -1;
    private static final int NONE = 0;

    private final BulkPool pool;
    private final Stalls stalls;
    private final boolean enabled;
    private final LongSupplier nanoTime;
    private volatile int port = UNKNOWN;
    private volatile long notBefore;

    BulkWay(BulkPool pool, Stalls stalls, boolean enabled, LongSupplier nanoTime) {
        this.pool = pool;
        this.stalls = stalls;
        this.enabled = enabled;
        this.nanoTime = nanoTime;
        this.notBefore = nanoTime.getAsLong();
    }

    /**
     * Asks for a block.
     *
     * @param grpc to ask where the way is
     * @return {@code null} if there is no such way now: gRPC has to do
     */
    @Nullable
    Answer ask(Channel grpc, ReadBlockRequest request, MemorySegment content, Duration progress) throws BlobException {
        if (!enabled || nanoTime.getAsLong() - notBefore < 0) {
            return null;
        }
        try {
            // One that was kept may have been closed by the peer meanwhile; a new one has not.
            SocketChannel kept = pool.takeIdle();
            if (kept != null) {
                try {
                    return ask(kept, request, content, progress);
                } catch (IOException e) {
                    LOG.atDebug().setCause(e).log("a kept bulk connection had ended");
                }
            }
            int known = port(grpc, progress);
            return known == NONE ? pause() : ask(pool.connect(known), request, content, progress);
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("no bulk connection");
            return pause();
        } catch (StatusRuntimeException e) {
            // Only one that answers says that it has none: another would be waited for a second time over gRPC.
            return e.getStatus().getCode() == Status.Code.UNIMPLEMENTED
                    ? pause()
                    : new Answer.Failed("where its bulk connections are: " + e.getStatus());
        }
    }

    private Answer ask(SocketChannel channel, ReadBlockRequest request, MemorySegment content, Duration progress)
            throws BlobException, IOException {
        BulkAsk ask = new BulkAsk(channel, content, stalls, nanoTime);
        try {
            return ask.ask(request, progress);
        } finally {
            if (ask.isReusable()) {
                pool.giveBack(channel);
            } else {
                channel.close();
            }
        }
    }

    private int port(Channel grpc, Duration progress) {
        if (port == UNKNOWN) {
            port = PeerGrpc.newBlockingStub(grpc)
                    .withDeadlineAfter(progress.toNanos(), TimeUnit.NANOSECONDS)
                    .openBulk(OpenBulkRequest.getDefaultInstance())
                    .getPort();
        }
        return port;
    }

    private @Nullable Answer pause() {
        port = UNKNOWN;
        notBefore = nanoTime.getAsLong() + PAUSE.toNanos();
        return null;
    }

    @Override
    public void close() {
        try {
            pool.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a bulk connection does not close");
        }
    }
}
