package io.blobcache.node.mesh.content;

import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.metrics.StoreCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceEntry;
import io.blobcache.node.store.ContentStore;
import io.blobcache.node.store.StoreException;
import io.blobcache.node.store.Upload;
import io.blobcache.node.tier.BlobBlocks;
import io.blobcache.node.tier.TieredReader;
import io.blobcache.proto.CacheSource;
import io.blobcache.proto.StoreContentFromSourceRequest;
import io.blobcache.proto.StoreContentFromSourceResponse;
import io.blobcache.proto.StoreContentFromSourceWithLockResponse;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores what a file of this agent's own source holds, read through the tiers. Thread-safe. */
final class SourceStoring {
    private static final Logger LOG = LoggerFactory.getLogger(SourceStoring.class);

    /** Also if it may not be read. */
    private static final String NO_FILE = "the agent's source has no such file";

    private static final int PIECE_BYTES = 1 << 20;
    private static final Duration BUFFER_PATIENCE = Duration.ofSeconds(10);

    /** At once; more wait. */
    private static final int MAX_AT_ONCE = 4;

    private final Source source;
    private final DeclaredSource declared;
    private final TieredReader reader;
    private final BlockSize blockSize;
    private final BufferPool pool;
    private final ContentStore store;
    private final Replicator replicator;
    private final StoreCounters counters;
    private final Semaphore turns = new Semaphore(MAX_AT_ONCE, true);
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    /** How it ended: the digest, or in one line why not. */
    private record Outcome(String digest, String error) {
        boolean ok() {
            return error.isEmpty();
        }
    }

    SourceStoring(
            Source source,
            DeclaredSource declared,
            TieredReader reader,
            BlockSize blockSize,
            BufferPool pool,
            ContentStore store,
            Replicator replicator,
            StoreCounters counters) {
        this.source = source;
        this.declared = declared;
        this.reader = reader;
        this.blockSize = blockSize;
        this.pool = pool;
        this.store = store;
        this.replicator = replicator;
        this.counters = counters;
    }

    StoreContentFromSourceResponse store(StoreContentFromSourceRequest request) throws InterruptedException {
        Outcome outcome = store(request.getSource());
        return StoreContentFromSourceResponse.newBuilder()
                .setOk(outcome.ok())
                .setHash(outcome.digest())
                .setErrorMsg(outcome.error())
                .build();
    }

    /** Of several who want the same path, one does it and the others are told so. */
    StoreContentFromSourceWithLockResponse storeWithLock(StoreContentFromSourceRequest request)
            throws InterruptedException {
        String path = DeclaredSource.path(request.getSource());
        var response = StoreContentFromSourceWithLockResponse.newBuilder();
        if (!underWay.add(path)) {
            return response.setFailedToAcquireLock(true).build();
        }
        try {
            Outcome outcome = store(request.getSource());
            return response.setOk(outcome.ok())
                    .setHash(outcome.digest())
                    .setErrorMsg(outcome.error())
                    .build();
        } finally {
            underWay.remove(path);
        }
    }

    private Outcome store(CacheSource asked) throws InterruptedException {
        String refusal = declared.refusal(asked).orElse("");
        if (!refusal.isEmpty()) {
            return new Outcome("", refusal);
        }
        turns.acquire();
        try {
            return new Outcome(read(DeclaredSource.path(asked)), "");
        } catch (BlobException.NotFound | BlobException.Denied _) {
            return new Outcome("", NO_FILE);
        } catch (StoreException e) {
            counters.failed.increment();
            return new Outcome("", String.valueOf(e.getMessage()));
        } catch (BlobException e) {
            counters.failed.increment();
            // Its message may name the source, which is not the client's to know.
            LOG.atWarn().setCause(e).log("a file of the source was not stored");
            return new Outcome("", "the agent's source cannot be read now: try again, or see the agent's log");
        } finally {
            turns.release();
        }
    }

    private String read(String path) throws BlobException, StoreException, InterruptedException {
        if (!Blob.isPath(path)) {
            throw new BlobException.NotFound("no path of a source: " + path);
        }
        if (!(source.stat(path) instanceof SourceEntry.File file)) {
            throw new BlobException.NotFound("not a file: " + path);
        }
        Blob blob = source.blob(file.path(), file.version(), file.lengthBytes());
        String digest;
        try (Upload upload = store.begin();
                BlockLease lease = pool.acquire(PIECE_BYTES, BUFFER_PATIENCE)) {
            if (lease == null) {
                throw new BlobException.Unavailable("no memory is free within memory.budgetBytes: try again", null);
            }
            copy(new BlobBlocks(blob, blockSize), lease.buffer(), upload);
            digest = upload.finish();
        }
        replicator.replicate(digest);
        return digest;
    }

    private void copy(BlobBlocks blocks, MemorySegment buffer, Upload upload)
            throws BlobException, StoreException, InterruptedException {
        long length = blocks.blob().lengthBytes();
        for (long at = 0; at < length; at += PIECE_BYTES) {
            if (Thread.interrupted()) {
                throw new InterruptedException("the client gave up");
            }
            int piece = (int) Math.min(PIECE_BYTES, length - at);
            int read = reader.read(blocks, at, piece, buffer, 0, true);
            if (read != piece) {
                throw new BlobException.Changed("%d bytes of %d at %d".formatted(read, piece, at));
            }
            upload.append(buffer.asSlice(0, piece).asByteBuffer());
        }
    }
}
