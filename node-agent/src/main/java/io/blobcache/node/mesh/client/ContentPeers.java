package io.blobcache.node.mesh.client;

import com.google.protobuf.UnsafeByteOperations;
import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.mesh.wire.ContentMethods;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.store.ContentReader;
import io.blobcache.node.store.Elsewhere;
import io.blobcache.proto.v1.FindContentRequest;
import io.blobcache.proto.v1.FindContentResponse;
import io.blobcache.proto.v1.PeerGrpc;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Asks those whose task it is to keep a content for it, and gives it to its owner. Thread-safe. */
public final class ContentPeers implements Elsewhere {
    private static final int PIECE_BYTES = 1 << 20;
    private static final Duration BUFFER_PATIENCE = Duration.ofSeconds(10);

    /** For the owner's disk: 64 GiB at 1 GB/s. Nobody else waits meanwhile. */
    private static final Duration SYNC_PATIENCE = Duration.ofSeconds(60);

    private final Function<String, List<Peer>> keepers;
    private final Function<String, List<Peer>> owner;
    private final BufferPool pool;
    private final Duration progressTimeout;

    /**
     * @param keepers the other agents to ask for a digest, the owner first
     * @param owner   of a digest, if it is another agent
     */
    ContentPeers(
            Function<String, List<Peer>> keepers,
            Function<String, List<Peer>> owner,
            BufferPool pool,
            Duration progressTimeout) {
        this.keepers = keepers;
        this.owner = owner;
        this.pool = pool;
        this.progressTimeout = progressTimeout;
    }

    @Override
    public OptionalLong lengthOf(String digest) {
        for (Peer peer : keepers.apply(digest)) {
            if (peer.mayBeAsked()) {
                FindContentResponse found = find(peer, digest);
                if (found.getFound() && found.getContentBytes() >= 0) {
                    return OptionalLong.of(found.getContentBytes());
                }
            }
        }
        return OptionalLong.empty();
    }

    /** Whether it is another agent's task to keep this content. */
    public boolean ownedByAnother(String digest) {
        return !owner.apply(digest).isEmpty();
    }

    /**
     * Gives a content to its owner. When it returns, the owner has it durably.
     *
     * @throws ContentFailure if the owner did not take it, or cannot be asked now
     */
    public void give(String digest, ContentReader content) throws ContentFailure, BlobException {
        for (Peer peer : owner.apply(digest)) {
            if (!peer.mayBeAsked()) {
                throw new ContentFailure("the owner fails and is left alone for a while");
            }
            try {
                String stored = push(peer, content);
                peer.succeeded();
                if (!stored.equals(digest)) {
                    throw new ContentFailure("the owner stored %s instead".formatted(stored));
                }
            } catch (ContentFailure e) {
                peer.answered(new Answer.Failed(String.valueOf(e.getMessage())));
                throw e;
            } catch (BlobException | RuntimeException e) {
                peer.gaveUp();
                throw e;
            }
        }
    }

    private String push(Peer peer, ContentReader content) throws ContentFailure, BlobException {
        ContentPush push = new ContentPush(peer.line().channel(), fromPeer(), progressTimeout);
        try (BlockLease lease = pool.acquire(PIECE_BYTES, BUFFER_PATIENCE)) {
            if (lease == null) {
                throw new ContentFailure("no buffer is free");
            }
            for (long at = 0; at < content.lengthBytes(); at += PIECE_BYTES) {
                MemorySegment piece = lease.buffer().asSlice(0, Math.min(PIECE_BYTES, content.lengthBytes() - at));
                content.read(at, piece);
                push.send(piece);
            }
            return push.finish(SYNC_PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BlobException.Interrupted("giving content to its owner was given up");
        } finally {
            push.giveUp();
        }
    }

    private FindContentResponse find(Peer peer, String digest) {
        FindContentRequest request = FindContentRequest.newBuilder()
                .setSha256(UnsafeByteOperations.unsafeWrap(HexFormat.of().parseHex(digest)))
                .build();
        try {
            FindContentResponse found = ClientCalls.blockingUnaryCall(
                    peer.line().channel(),
                    PeerGrpc.getFindContentMethod(),
                    CallOptions.DEFAULT.withDeadlineAfter(progressTimeout.toNanos(), TimeUnit.NANOSECONDS),
                    request);
            peer.succeeded();
            return found;
        } catch (StatusRuntimeException e) {
            peer.answered(new Answer.Failed(e.getStatus().toString()));
            return FindContentResponse.getDefaultInstance();
        }
    }

    private static Metadata fromPeer() {
        Metadata headers = new Metadata();
        headers.put(ContentMethods.FROM_PEER, "1");
        return headers;
    }
}
