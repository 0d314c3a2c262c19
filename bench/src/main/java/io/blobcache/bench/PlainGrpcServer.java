package io.blobcache.bench;

import com.google.protobuf.ByteString;
import io.blobcache.proto.BlobCacheGrpc;
import io.blobcache.proto.GetContentRequest;
import io.blobcache.proto.GetContentResponse;
import io.blobcache.proto.StoreContentRequest;
import io.blobcache.proto.StoreContentResponse;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The yardstick of the mesh: the public API as one writes it from the .proto on a good afternoon, with the generated
 * stubs, default settings, content in arrays and a copy for each message. {@code PlainGrpcServer FILE MESSAGE_BYTES} and
 * {@code PlainGrpcServer FOLDER MESSAGE_BYTES UPLOADS} print the port and serve the file, or every file of the folder,
 * under its name as hash, until standard input ends. What clients store comes into the folder UPLOADS, and is not served.
 */
final class PlainGrpcServer extends BlobCacheGrpc.BlobCacheImplBase {
    /** Clients store content in messages of 4 MiB, which with their own few bytes exceed the default. */
    private static final int MAX_MESSAGE_BYTES = 5 << 20;

    private final Map<String, byte[]> contents;
    private final int messageBytes;
    private final Path uploads;

    private PlainGrpcServer(Map<String, byte[]> contents, int messageBytes, Path uploads) {
        this.contents = contents;
        this.messageBytes = messageBytes;
        this.uploads = uploads;
    }

    public static void main(String[] arguments) throws IOException {
        Map<String, byte[]> contents = contents(Path.of(arguments[0]));
        Path uploads = Path.of(arguments.length > 2 ? arguments[2] : "nowhere");
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new PlainGrpcServer(contents, Integer.parseInt(arguments[1]), uploads))
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .build()
                .start();
        Announcement.untilInputEnds(server.getPort());
        server.shutdownNow();
    }

    private static Map<String, byte[]> contents(Path path) throws IOException {
        Map<String, byte[]> contents = new HashMap<>();
        try (Stream<Path> files = Files.walk(path, 1)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return contents;
    }

    @Override
    public StreamObserver<StoreContentRequest> storeContent(StreamObserver<StoreContentResponse> client) {
        try {
            return new PlainUpload(uploads, client);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
