package io.blobcache.node.mesh;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.blobcache.node.model.Blob;
import io.blobcache.proto.CacheSource;
import io.blobcache.proto.GetAvailableHostsRequest;
import io.blobcache.proto.GetAvailableHostsResponse;
import io.blobcache.proto.GetContentRequest;
import io.blobcache.proto.GetContentResponse;
import io.blobcache.proto.GetStateRequest;
import io.blobcache.proto.GetStateResponse;
import io.blobcache.proto.HasContentRequest;
import io.blobcache.proto.HasContentResponse;
import io.blobcache.proto.StoreContentFromSourceRequest;
import io.blobcache.proto.StoreContentFromSourceResponse;
import io.blobcache.proto.StoreContentFromSourceWithLockResponse;
import io.blobcache.proto.StoreContentRequest;
import io.blobcache.proto.StoreContentResponse;
import io.blobcache.proto.v1.FindContentRequest;
import io.blobcache.proto.v1.FindContentResponse;
import io.blobcache.proto.v1.OpenBulkRequest;
import io.blobcache.proto.v1.OpenBulkResponse;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.blobcache.proto.v1.ReadBlockResponse;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import java.util.HexFormat;
import java.util.function.Function;

/**
 * How each method is asked for something with a name.
 *
 * @param shows field of the response that is there if the thing is
 * @param there a name that there is
 */
record AskedOfMesh(Message response, String shows, String there, Function<String, Message> request) {

    /** What the client says its keys are; never to be seen again. */
    static final String KEY = "theclientskey";

    /** A digest that nobody stored. */
    static final String ABSENT = "0".repeat(64);

    /**
     * @param identity of the agent's source
     * @param file     a blob of it
     * @param digest   of stored content
     */
    static AskedOfMesh of(String method, String identity, Blob file, String digest) {
        return switch (method.substring(0, method.indexOf('/'))) {
            case "blobcache.BlobCache" -> ofContent(method, file, digest);
            case "blobcache.v1.Peer" -> ofPeer(method, identity, file, digest);
            default -> ofLibrary(method);
        };
    }

    private static AskedOfMesh ofContent(String method, Blob file, String digest) {
        return switch (method) {
            case "blobcache.BlobCache/GetContent", "blobcache.BlobCache/GetContentStream" ->
                new AskedOfMesh(
                        GetContentResponse.getDefaultInstance(),
                        "content",
                        digest,
                        name -> GetContentRequest.newBuilder()
                                .setHash(name)
                                .setLength(9)
                                .build());
            case "blobcache.BlobCache/HasContent" ->
                new AskedOfMesh(
                        HasContentResponse.getDefaultInstance(),
                        "exists",
                        digest,
                        name -> HasContentRequest.newBuilder().setHash(name).build());
            case "blobcache.BlobCache/StoreContent" ->
                new AskedOfMesh(
                        StoreContentResponse.getDefaultInstance(),
                        "hash",
                        "content",
                        name -> StoreContentRequest.newBuilder()
                                .setContent(ByteString.copyFromUtf8(name))
                                .build());
            case "blobcache.BlobCache/StoreContentFromSource" ->
                new AskedOfMesh(
                        StoreContentFromSourceResponse.getDefaultInstance(),
                        "hash",
                        file.path(),
                        AskedOfMesh::fromSource);
            case "blobcache.BlobCache/StoreContentFromSourceWithLock" ->
                new AskedOfMesh(
                        StoreContentFromSourceWithLockResponse.getDefaultInstance(),
                        "hash",
                        file.path(),
                        AskedOfMesh::fromSource);
            case "blobcache.BlobCache/GetState" ->
                new AskedOfMesh(
                        GetStateResponse.getDefaultInstance(), "ok", "", _ -> GetStateRequest.getDefaultInstance());
            case "blobcache.BlobCache/GetAvailableHosts" ->
                new AskedOfMesh(
                        GetAvailableHostsResponse.getDefaultInstance(),
                        "hosts",
                        "",
                        name -> GetAvailableHostsRequest.newBuilder()
                                .setLocality(name)
                                .build());
            default -> throw unknown(method);
        };
    }

    private static AskedOfMesh ofPeer(String method, String identity, Blob file, String digest) {
        return switch (method) {
            case "blobcache.v1.Peer/ReadBlock" ->
                new AskedOfMesh(
                        ReadBlockResponse.getDefaultInstance(),
                        "content",
                        file.path(),
                        name -> block(Blob.ofSource(identity, name, file.version(), file.lengthBytes())));
            case "blobcache.v1.Peer/OpenBulk" ->
                new AskedOfMesh(
                        OpenBulkResponse.getDefaultInstance(), "port", "", _ -> OpenBulkRequest.getDefaultInstance());
            case "blobcache.v1.Peer/FindContent" ->
                new AskedOfMesh(
                        FindContentResponse.getDefaultInstance(),
                        "found",
                        digest,
                        name -> FindContentRequest.newBuilder()
                                .setSha256(bytes(name))
                                .build());
            default -> throw unknown(method);
        };
    }

    private static AskedOfMesh ofLibrary(String method) {
        return switch (method) {
            case "grpc.health.v1.Health/Check", "grpc.health.v1.Health/Watch" ->
                new AskedOfMesh(
                        HealthCheckResponse.getDefaultInstance(),
                        "status",
                        "",
                        name -> HealthCheckRequest.newBuilder().setService(name).build());
            case "grpc.reflection.v1.ServerReflection/ServerReflectionInfo" ->
                new AskedOfMesh(
                        ServerReflectionResponse.getDefaultInstance(),
                        "file_descriptor_response",
                        "blobcache.BlobCache",
                        name -> ServerReflectionRequest.newBuilder()
                                .setFileContainingSymbol(name)
                                .build());
            default -> throw unknown(method);
        };
    }

    private static AssertionError unknown(String method) {
        return new AssertionError("say here how " + method + " is asked, and in the table what it answers");
    }

    private static ByteString bytes(String name) {
        return name.matches("[0-9a-f]{64}")
                ? ByteString.copyFrom(HexFormat.of().parseHex(name))
                : ByteString.copyFromUtf8(name);
    }

    private static Message fromSource(String path) {
        return StoreContentFromSourceRequest.newBuilder()
                .setSource(
                        CacheSource.newBuilder().setPath(path).setAccessKey(KEY).setSecretKey(KEY))
                .build();
    }

    /** By an id that fits: whoever knows the source can make one of any path. */
    private static Message block(Blob blob) {
        return ReadBlockRequest.newBuilder()
                .setBlobId(ByteString.copyFrom(blob.id().toBytes()))
                .setPath(blob.path())
                .setVersion(blob.version())
                .setBlobBytes(blob.lengthBytes())
                .setBlockBytes(TestAgent.BLOCK_SIZE.bytes())
                .build();
    }
}
