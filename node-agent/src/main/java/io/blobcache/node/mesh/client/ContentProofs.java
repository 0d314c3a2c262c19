package io.blobcache.node.mesh.client;

import com.google.protobuf.ByteString;
import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlobId;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.model.NanoClock;
import io.blobcache.node.model.SegmentDigest;
import io.blobcache.node.model.StoredPath;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * Makes sure of stored content of several blocks before a byte of it is shown. Its name is the SHA-256 of the whole and
 * says nothing of one block: a peer could give any bytes as a block, with the digest that fits them. So the whole is read
 * once, from one peer after the other, until one gives what the name says. Of its blocks the digests are kept, and each
 * block that is asked for later, of whomever, is compared with them. All who want the content meanwhile wait for that one
 * reading, which goes on if they give up. Thread-safe.
 */
final class ContentProofs {
    /** Each holds the memory of one block. */
    private static final int MAX_AT_ONCE = 4;

    private static final Duration BUFFER_PATIENCE = Duration.ofSeconds(10);

    /** 300 GB at 500 MB/s. A peer that names a length it does not have holds nobody up for longer. */
    private static final Duration MAX_TIME = Duration.ofMinutes(10);

    /** A list of 8 MiB: content of 1 TiB in blocks of 4 MiB. */
    private static final int MAX_BLOCKS = 1 << 18;

    private final Function<String, List<Peer>> keepers;
    private final Asking asking;
    private final Crowd crowd;
    private final PromisedDigests digests;
    private final BlockSize blockSize;
    private final BufferPool pool;
    private final Executor threads;
    private final NanoClock clock;
    private final Semaphore turns = new Semaphore(MAX_AT_ONCE, true);
    private final ConcurrentHashMap<BlobId, CompletableFuture<Boolean>> underWay = new ConcurrentHashMap<>();

    /**
     * @param keepers those to ask for a digest, the owner first
     * @param asking  without digests of its own, and without a name: what it gets is not kept, so nobody is sent here for it
     * @param threads that may wait
     */
    ContentProofs(
            Function<String, List<Peer>> keepers,
            Asking asking,
            Crowd crowd,
            PromisedDigests digests,
            BlockSize blockSize,
            BufferPool pool,
            Executor threads,
            NanoClock clock) {
        this.keepers = keepers;
        this.asking = asking;
        this.crowd = crowd;
        this.digests = digests;
        this.blockSize = blockSize;
        this.pool = pool;
        this.threads = threads;
        this.clock = clock;
    }

    /**
     * Waits until each block of this blob can be judged; at once for what is not stored content of several blocks.
     *
     * @throws BlobException.Unavailable if no peer gives what the blob's name says
     */
    void await(Blob blob) throws BlobException {
        if (!digests.lack(blob, blockSize.bytes())) {
            return;
        }
        try {
            if (!underWay.computeIfAbsent(blob.id(), _ -> start(blob)).get() && digests.lack(blob, blockSize.bytes())) {
                throw new BlobException.Unavailable(
                        "no agent gives the content that its name says: %s".formatted(blob.version()), null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BlobException.Interrupted("the reader of stored content gave up");
        } catch (ExecutionException e) {
            throw new BlobException.Unavailable("stored content was not read from its keepers", e);
        }
    }

    private CompletableFuture<Boolean> start(Blob blob) {
        CompletableFuture<Boolean> proof = new CompletableFuture<>();
        try {
            threads.execute(() -> run(blob, proof));
        } catch (RejectedExecutionException _) {
            proof.complete(false); // This agent is closing.
        }
        return proof;
    }

    private void run(Blob blob, CompletableFuture<Boolean> proof) {
        boolean proven = false;
        try {
            turns.acquire();
            try {
                proven = prove(blob);
            } finally {
                turns.release();
            }
        } catch (InterruptedException | BlobException.Interrupted _) {
            Thread.currentThread().interrupt(); // This agent is closing.
        } catch (BlobException | RuntimeException e) {
            proof.completeExceptionally(e);
        } finally {
            underWay.remove(blob.id());
            proof.complete(proven);
        }
    }

    private boolean prove(Blob blob) throws BlobException, InterruptedException {
        long end = clock.getAsLong() + MAX_TIME.toNanos();
        if (blob.lengthBytes() > (long) MAX_BLOCKS * blockSize.bytes()) {
            return false;
        }
        try (BlockLease lease = pool.acquire(blockSize.bytes(), BUFFER_PATIENCE)) {
            if (lease == null) {
                return false;
            }
            String digest = Objects.requireNonNull(StoredPath.digest(blob.path()));
            for (Peer peer : keepers.apply(digest)) {
                if (prove(blob, peer, lease.buffer(), end)) {
                    return true;
                }
            }
            return false;
        }
    }

    private boolean prove(Blob blob, Peer peer, MemorySegment buffer, long end) throws BlobException {
        SegmentDigest whole = new SegmentDigest();
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        boolean byPeerAlone = true;
        for (int index = 0; index < blockSize.countOf(blob.lengthBytes()); index++) {
            if (end - clock.getAsLong() < 0 || !peer.mayBeAsked()) {
                return false;
            }
            BlockKey key = blockSize.keyOf(blob, index);
            Answer answer = asking.ask(peer, blob, key, buffer, false);
            if (answer instanceof Answer.Busy busy) {
                byPeerAlone = false;
                answer = crowd.ask(peer, busy, blob, key, buffer);
            }
            if (!(answer instanceof Answer.Here(ByteString sha256))) {
                return false;
            }
            whole.update(buffer.asSlice(0, key.lengthBytes()));
            list.writeBytes(sha256.toByteArray());
        }
        boolean fits = MessageDigest.isEqual(whole.digest(), blob.sha256());
        if (fits) {
            digests.keep(blob, list.toByteArray());
        } else if (byPeerAlone) {
            asking.lied(peer, "content whose whole has another digest than its name");
        }
        return fits;
    }
}
