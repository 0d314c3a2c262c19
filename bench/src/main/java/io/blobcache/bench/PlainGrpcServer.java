package io.blobcache.bench;

import com.google.protobuf.ByteString;
import io.blobcache.proto.BlobCacheGrpc;
import io.blobcache.proto.GetContentRequest;
import io.blobcache.proto.GetContentResponse;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The yardstick of the mesh: the public API as one writes it from the .proto on a good afternoon, with the generated
 * stubs, default settings, content in arrays and a copy for each message. {@code PlainGrpcServer FILE MESSAGE_BYTES}
 * prints its port and serves the file under its name as hash, until standard input ends.
 */
final class PlainGrpcServer extends BlobCacheGrpc.BlobCacheImplBase {
    private final Map<String, byte[]> contents;
    private final int messageBytes;

    private PlainGrpcServer(Map<String, byte[]> contents, int messageBytes) {
        this.contents = contents;
        this.messageBytes = messageBytes;
    }

    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        Map<String, byte[]> contents = Map.of(file.getFileName().toString(), Files.readAllBytes(file));
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new PlainGrpcServer(contents, Integer.parseInt(arguments[1])))
                .build()
                .start();
        Announcement.untilInputEnds(server.getPort());
        server.shutdownNow();
    }

    @Override
    public void getContent(GetContentRequest request, StreamObserver<GetContentResponse> client) {
        client.onNext(response(request, request.getOffset(), (int) request.getLength()));
        client.onCompleted();
    }

    /** The one refinement: it sends when the client is ready, since a loop without that needs memory without limit. */
    @Override
    public void getContentStream(GetContentRequest request, StreamObserver<GetContentResponse> observer) {
        ServerCallStreamObserver<GetContentResponse> client = (ServerCallStreamObserver<GetContentResponse>) observer;
        client.setOnReadyHandler(new Runnable() {
            private final long end = request.getOffset() + request.getLength();
            private long offset = request.getOffset();

            @Override
            public void run() {
                while (offset < end && client.isReady()) {
                    int length = (int) Math.min(messageBytes, end - offset);
                    client.onNext(response(request, offset, length));
                    offset += length;
                    if (offset == end) {
                        client.onCompleted();
                    }
                }
            }
        });
    }

    private GetContentResponse response(GetContentRequest request, long offset, int length) {
        byte[] content = contents.get(request.getHash());
        return GetContentResponse.newBuilder()
                .setOk(true)
                .setContent(ByteString.copyFrom(content, (int) offset, length))
                .build();
    }
}
