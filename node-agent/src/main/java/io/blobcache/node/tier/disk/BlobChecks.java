package io.blobcache.node.tier.disk;

import io.blobcache.node.model.BlobId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Checks whole blobs in the background, because the kernel may read a file in our stead only when all of it is right. */
final class BlobChecks {
    /** More are not remembered: the next opening asks again. */
    private static final int MAX_WAITING = 1024;

    private final OpenFiles files;
    private final BlockReader reader;
    private final Executor background;
    private final Set<BlobId> waiting = ConcurrentHashMap.newKeySet();

    BlobChecks(OpenFiles files, BlockReader reader, Executor background) {
        this.files = files;
        this.reader = reader;
        this.background = background;
    }

    /** Returns at once. */
    void request(BlockTable table) {
        if (waiting.size() >= MAX_WAITING || !waiting.add(table.blob().id())) {
            return;
        }
        try {
            background.execute(() -> check(table));
        } catch (RejectedExecutionException e) {
            waiting.remove(table.blob().id()); // Closing: nobody will open the blob any more.
        }
    }

    private void check(BlockTable table) {
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
        } finally {
            if (file != null) {
                file.release();
            }
            waiting.remove(table.blob().id());
        }
    }
}
