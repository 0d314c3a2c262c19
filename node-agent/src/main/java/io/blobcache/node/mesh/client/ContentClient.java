package io.blobcache.node.mesh.client;

import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.tls.MeshCredentials;
import io.blobcache.node.model.Sha256;
import io.blobcache.proto.BlobCacheGrpc;
import io.blobcache.proto.GetContentRequest;
import io.blobcache.proto.GetContentResponse;
import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.function.LongConsumer;

/** A client of one agent's stored content, for the command line. Used by one thread at a time. */
public final class ContentClient implements AutoCloseable {
    private static final int PIECE_BYTES = 4 << 20;
    private static final int MAX_MESSAGE_BYTES = PIECE_BYTES + (64 << 10);

    /** Longest time in which the agent takes nothing: it may ask its owner for a copy meanwhile. */
    private static final Duration PROGRESS = Duration.ofSeconds(30);

    private static final Duration STORED = Duration.ofMinutes(5);

    private final ManagedChannel channel;
    private final String address;
    private final MeshCredentials credentials;

    private ContentClient(ManagedChannel channel, String address, MeshCredentials credentials) {
        this.channel = channel;
        this.address = address;
        this.credentials = credentials;
    }

    /**
     * Connects at the first call.
     *
     * @param mesh of which the files for TLS are read
     * @throws IOException if one of them is not what it should be, with its key
     */
    public static ContentClient of(String host, int port, MeshConfig mesh) throws IOException {
        Member agent = new Member("agent", host, port, "", Member.DEFAULT_WEIGHT, Member.State.READY);
        MeshCredentials credentials = MeshCredentials.open(mesh);
        return new ContentClient(
                new Connections(MeshConfig.DEFAULT, credentials).open(agent).getFirst(), agent.address(), credentials);
    }

    /**
     * Stores all that a stream gives.
     *
     * @param progress told the bytes sent so far
     * @return the digest, which is that of the bytes that were sent
     */
    public String put(InputStream content, LongConsumer progress) throws IOException, InterruptedException {
        ContentPush push = new ContentPush(channel, new Metadata(), PROGRESS);
        try {
            MessageDigest sha256 = Sha256.begin();
            byte[] piece = new byte[PIECE_BYTES];
            long sent = 0;
            for (int read = content.readNBytes(piece, 0, PIECE_BYTES);
                    read > 0;
                    read = content.readNBytes(piece, 0, PIECE_BYTES)) {
                sha256.update(piece, 0, read);
                push.send(MemorySegment.ofArray(piece).asSlice(0, read));
                sent += read;
                progress.accept(sent);
            }
            String stored = push.finish(STORED);
            String expected = HexFormat.of().formatHex(sha256.digest());
            if (!stored.equals(expected)) {
                throw new ContentFailure(
                        "%s was sent and %s stored: the bytes changed on the way".formatted(expected, stored));
            }
            return stored;
        } catch (ContentFailure e) {
            throw new ContentFailure(
                    "the agent at %s did not store it: %s%s".formatted(address, e.getMessage(), hint()));
        } finally {
            push.giveUp();
        }
    }

    /**
     * Writes content to a stream.
     *
     * @param progress told the bytes written so far
     * @return false if there is no such content; then nothing was written
     * @throws ContentFailure if it breaks off, or what was written is not what the digest says
     */
    public boolean get(String digest, OutputStream into, LongConsumer progress) throws IOException {
        MessageDigest sha256 = Sha256.begin();
        long done = 0;
        try {
            Iterator<GetContentResponse> pieces = ClientCalls.blockingServerStreamingCall(
                    channel,
                    BlobCacheGrpc.getGetContentStreamMethod(),
                    CallOptions.DEFAULT.withMaxInboundMessageSize(MAX_MESSAGE_BYTES),
                    GetContentRequest.newBuilder()
                            .setHash(digest)
                            .setLength(Long.MAX_VALUE)
                            .build());
            while (pieces.hasNext()) {
                GetContentResponse piece = pieces.next();
                if (!piece.getOk()) {
                    return false;
                }
                byte[] bytes = piece.getContent().toByteArray();
                sha256.update(bytes);
                into.write(bytes);
                done += bytes.length;
                progress.accept(done);
            }
        } catch (StatusRuntimeException e) {
            throw failure(e.getStatus());
        }
        if (!HexFormat.of().formatHex(sha256.digest()).equals(digest)) {
            throw new ContentFailure("what the agent at %s gave has another digest".formatted(address));
        }
        return true;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        credentials.close();
    }

    /** A server that wants TLS hangs up on a client that does not begin it, and cannot say why. */
    private String hint() {
        boolean reached = channel.getState(false) == ConnectivityState.READY;
        return credentials.isTls() || reached
                ? ""
                : "; if its mesh has TLS, name the certificate's files with --config";
    }

    private ContentFailure failure(Status status) {
        return new ContentFailure("the agent at %s: %s%s".formatted(address, ContentPush.reason(status), hint()));
    }
}
