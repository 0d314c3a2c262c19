package io.blobcache.node.tier.disk;

import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobId;
import io.blobcache.node.model.Sha256;
import java.security.MessageDigest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Checks whole blobs in the background, because the kernel may read a file in our stead only when all of it is right:
 * each block against its checksum, and the whole against the digest if the source promises one.
 */
final class BlobChecks {
    /** More are not remembered: the next opening asks again. */
    private static final int MAX_WAITING = 1024;

    private final OpenFiles files;
    private final BlockReader reader;
    private final Evictor evictor;
    private final DiskParts parts;
    private final Consumer<Blob> wrongContent;
    private final Executor background;
    private final Set<BlobId> waiting = ConcurrentHashMap.newKeySet();

    /** @param wrongContent told of a blob whose bytes are not those of its digest, before its files are removed */
    BlobChecks(
            OpenFiles files,
            BlockReader reader,
            Evictor evictor,
            DiskParts parts,
            Consumer<Blob> wrongContent,
            Executor background) {
        this.files = files;
        this.reader = reader;
        this.evictor = evictor;
        this.parts = parts;
        this.wrongContent = wrongContent;
        this.background = background;
    }

    /** Whether the bytes of a complete blob have yet to be compared with the digest that its source promises. */
    static boolean owed(BlockTable table, Blob blob) {
        // A blob of one block was compared by its fetch, before it came here.
        return table.blocks() > 1 && !table.promiseKept() && blob.sha256() != null;
    }

    /** Returns at once. */
    void request(BlockTable table, Blob blob) {
        if (waiting.size() >= MAX_WAITING || !waiting.add(table.blob().id())) {
            return;
        }
        try {
            background.execute(() -> check(table, blob));
        } catch (RejectedExecutionException e) {
            waiting.remove(table.blob().id()); // Closing: nobody will open the blob any more.
        }
    }

    private void check(BlockTable table, Blob blob) {
        DataFile file = files.claim(table);
        try {
            for (int block = 0; file != null && block < table.blocks(); block++) {
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                if (table.status(block) == BlockTable.UNCHECKED) {
                    reader.check(table, block, file.fd());
                }
            }
            if (file != null && owed(table, blob)) {
                compare(table, blob, file.fd());
            }
        } finally {
            if (file != null) {
                file.release();
            }
            waiting.remove(table.blob().id());
        }
    }

    private void compare(BlockTable table, Blob blob, int fd) {
        int drops = table.drops();
        MessageDigest computed = Sha256.begin();
        for (int block = 0; block < table.blocks(); block++) {
            // What this disk spoiled is not the source's fault: such a block is dropped and fetched again.
            if (Thread.currentThread().isInterrupted() || !reader.check(table, block, fd, computed)) {
                return;
            }
        }
        if (!table.complete() || table.drops() != drops) {
            return;
        }
        if (MessageDigest.isEqual(blob.sha256(), computed.digest())) {
            table.keepPromise(drops);
        } else {
            wrongContent.accept(blob);
            evictor.evict(table.blob(), parts.counters().evictedForAgeBytes);
        }
    }
}
