package io.blobcache.node.mesh.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.blobcache.node.metrics.PeerCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.model.BlockSize;
import io.blobcache.proto.v1.ReadBlockRequest;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Asks one peer for a block, and learns from how it answers. Thread-safe. */
final class Asking {
    private final String self;
    private final BlockSize blockSize;
    private final Duration progressTimeout;
    private final PromisedDigests promised;
    private final PeerCounters counters;
    private final Latencies latencies = new Latencies();
    private final LongSupplier nanoTime;

    /**
     * @param self     this agent's id among the members; empty if nobody is to be sent here for what it gets
     * @param promised what blocks have to be, whatever a peer says
     */
    Asking(
            String self,
            BlockSize blockSize,
            Duration progressTimeout,
            PromisedDigests promised,
            PeerCounters counters,
            LongSupplier nanoTime) {
        this.self = self;
        this.blockSize = blockSize;
        this.progressTimeout = progressTimeout;
        this.promised = promised;
        this.counters = counters;
        this.nanoTime = nanoTime;
    }

    /** After so long, an answer is later than nineteen of twenty. */
    long usualNanos() {
        return latencies.usualNanos();
    }

    /**
     * @param into       where the block goes; not written to after the return
     * @param onlyIfHeld whether the peer is not to fetch it
     */
    Answer ask(Peer peer, Blob blob, BlockKey key, MemorySegment into, boolean onlyIfHeld) throws BlobException {
        long beganNanos = nanoTime.getAsLong();
        Answer answer;
        try {
            answer = judged(
                    blob,
                    key,
                    peer.line()
                            .ask(request(blob, key, onlyIfHeld), into.asSlice(0, key.lengthBytes()), progressTimeout));
        } catch (BlobException | RuntimeException e) {
            peer.gaveUp();
            throw e;
        }
        peer.answered(answer);
        count(answer, key.lengthBytes(), nanoTime.getAsLong() - beganNanos);
        return answer;
    }

    /** What only later turned out to be a lie of this peer. */
    void lied(Peer peer, String reason) {
        peer.answered(new Answer.Lied(reason));
        counters.lied.increment();
    }

    /** A peer may give wrong bytes and the digest that fits them. */
    private Answer judged(Blob blob, BlockKey key, Answer answer) {
        if (answer instanceof Answer.Here(ByteString sha256)) {
            ByteString expected = promised.of(blob, key);
            if (expected != null && !expected.equals(sha256)) {
                return new Answer.Lied("bytes and digest fit each other, and are of another block");
            }
        }
        return answer;
    }

    private void count(Answer answer, int bytes, long nanos) {
        switch (answer) {
            case Answer.Here _ -> {
                counters.here.increment();
                counters.receivedBytes.add(bytes);
                counters.durations.add(nanos);
                latencies.add(nanos);
            }
            case Answer.Busy _ -> counters.busy.increment();
            case Answer.NotHeld _ -> counters.notHeld.increment();
            case Answer.Failed _ -> counters.failed.increment();
            case Answer.Lied _ -> counters.lied.increment();
        }
    }

    private ReadBlockRequest request(Blob blob, BlockKey key, boolean onlyIfHeld) {
        return ReadBlockRequest.newBuilder()
                .setBlobId(UnsafeByteOperations.unsafeWrap(blob.id().toBytes()))
                .setPath(blob.path())
                .setVersion(blob.version())
                .setBlobBytes(blob.lengthBytes())
                .setBlockBytes(blockSize.bytes())
                .setBlockIndex(key.blockIndex())
                .setOnlyIfHeld(onlyIfHeld)
                .setMemberId(self)
                .build();
    }
}
