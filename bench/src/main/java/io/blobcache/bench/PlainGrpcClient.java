package io.blobcache.bench;

import com.google.protobuf.ByteString;
import io.blobcache.proto.BlobCacheGrpc;
import io.blobcache.proto.GetContentRequest;
import io.blobcache.proto.GetContentResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Iterator;

/**
 * One connection to {@link PlainGrpcServer} by the blocking stub. All its settings are defaults but the largest message:
 * with the default of 4 MiB not even a block of 4 MiB would arrive.
 */
final class PlainGrpcClient implements BlockTransport {
    /** 64 MiB of content in one unary answer, and what is around it. */
    private static final int MAX_MESSAGE_BYTES = 65 << 20;

    private final ManagedChannel channel;
    private final BlobCacheGrpc.BlobCacheBlockingStub stub;
    private final String hash;
    private final boolean streaming;

    private PlainGrpcClient(ManagedChannel channel, String hash, boolean streaming) {
        this.channel = channel;
        this.stub = BlobCacheGrpc.newBlockingStub(channel);
        this.hash = hash;
        this.streaming = streaming;
    }

    /** @param streaming by GetContentStream, else by GetContent */
    static PlainGrpcClient connect(int port, String hash, boolean streaming) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        ManagedChannel channel = NettyChannelBuilder.forAddress(address)
                .usePlaintext()
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .build();
        return new PlainGrpcClient(channel, hash, streaming);
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
        GetContentRequest request = GetContentRequest.newBuilder()
                .setHash(hash)
                .setOffset(offset)
                .setLength(target.remaining())
                .build();
        try {
            if (streaming) {
                Iterator<GetContentResponse> responses = stub.getContentStream(request);
                while (responses.hasNext()) {
                    append(responses.next().getContent(), target);
                }
            } else {
                append(stub.getContent(request).getContent(), target);
            }
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED) {
                throw new Busy(e.getMessage());
            }
            throw new IOException("the server failed", e);
        }
        if (target.hasRemaining()) {
            throw new IOException("the server left " + target.remaining() + " bytes out");
        }
    }

    private static void append(ByteString content, ByteBuffer target) throws IOException {
        if (content.size() > target.remaining()) {
            throw new IOException("%d bytes came where %d were missing".formatted(content.size(), target.remaining()));
        }
        content.copyTo(target);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
