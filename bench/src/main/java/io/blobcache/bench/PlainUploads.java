package io.blobcache.bench;

import com.google.protobuf.ByteString;
import io.blobcache.proto.BlobCacheGrpc;
import io.blobcache.proto.StoreContentRequest;
import io.blobcache.proto.StoreContentResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** One connection on which content is stored, in messages of 4 MiB as clients of the public API send them. */
final class PlainUploads implements AutoCloseable {
    private static final int MESSAGE_BYTES = 4 << 20;

    private final ManagedChannel channel;

    private PlainUploads(ManagedChannel channel) {
        this.channel = channel;
    }

    static PlainUploads connect(int port) {
        return new PlainUploads(
                NettyChannelBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                        .usePlaintext()
                        .build());
    }

    /** Returns the hash that the server answers. */
    String store(byte[] content) throws IOException {
        return store(content, MESSAGE_BYTES);
    }

    /** @throws Busy if the server says RESOURCE_EXHAUSTED, which it does of a message that is too large as well */
    String store(byte[] content, int messageBytes) throws IOException {
        CompletableFuture<String> hash = new CompletableFuture<>();
        BlobCacheGrpc.newStub(channel).storeContent(new Sender(content, messageBytes, hash));
        try {
            return hash.get();
        } catch (ExecutionException e) {
            if (Status.fromThrowable(e).getCode() == Status.Code.RESOURCE_EXHAUSTED) {
                throw new Busy(Status.fromThrowable(e).toString());
            }
            throw new IOException("the server did not store", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    /** Sends when the transport is ready: a loop without that would hold the whole content once more. */
    private static final class Sender implements ClientResponseObserver<StoreContentRequest, StoreContentResponse> {
        private final byte[] content;
        private final int messageBytes;
        private final CompletableFuture<String> hash;
        private int sentBytes;

        Sender(byte[] content, int messageBytes, CompletableFuture<String> hash) {
            this.content = content;
            this.messageBytes = messageBytes;
            this.hash = hash;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<StoreContentRequest> server) {
            server.setOnReadyHandler(() -> {
                while (sentBytes < content.length && server.isReady()) {
                    int length = Math.min(messageBytes, content.length - sentBytes);
                    server.onNext(StoreContentRequest.newBuilder()
                            .setContent(ByteString.copyFrom(content, sentBytes, length))
                            .build());
                    sentBytes += length;
                    if (sentBytes == content.length) {
                        server.onCompleted();
                    }
                }
            });
        }

        @Override
        public void onNext(StoreContentResponse response) {
            hash.complete(response.getHash());
        }

        @Override
        public void onError(Throwable failure) {
            hash.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            hash.completeExceptionally(new IOException("the server ended without an answer"));
        }
    }
}
