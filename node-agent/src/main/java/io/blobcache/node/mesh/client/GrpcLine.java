package io.blobcache.node.mesh.client;

import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.NanoClock;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The connections to one peer: over gRPC, and beside it for blocks. Thread-safe. */
final class GrpcLine implements Line {
    private final List<ManagedChannel> channels;
    private final BulkWay bulk;
    private final NanoClock clock;
    private final AtomicInteger turn = new AtomicInteger();

    GrpcLine(List<ManagedChannel> channels, BulkWay bulk, NanoClock clock) {
        this.channels = List.copyOf(channels);
        this.bulk = bulk;
        this.clock = clock;
    }

    @Override
    public Answer ask(ReadBlockRequest request, MemorySegment into, Duration progress) throws BlobException {
        Channel grpc = channel();
        Answer answer = bulk.ask(grpc, request, into, progress);
        return answer == null ? new BlockAsk(grpc, into, clock).ask(request, progress) : answer;
    }

    /** The next of its connections. */
    @Override
    public Channel channel() {
        return channels.get(Math.floorMod(turn.getAndIncrement(), channels.size()));
    }

    /** The transport's own pauses between two attempts grow to two minutes. */
    @Override
    public void hurry() {
        channels.forEach(ManagedChannel::resetConnectBackoff);
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        bulk.close();
    }
}
