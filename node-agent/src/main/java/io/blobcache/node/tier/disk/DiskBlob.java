package io.blobcache.node.tier.disk;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.blobcache.node.model.BlobId;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One blob as the disk tier knows it, on disk or not. There is at most one of these per blob id, which is what makes
 * its writers and its eviction exclude each other: files are written only between {@link #beginWrite} and
 * {@link #endWrite}, and unlinked only while nobody writes.
 */
final class DiskBlob {
    private final BlobId id;

    /**
     * Held, on purpose across input and output, by whoever creates the files or changes a sidecar entry: two of them
     * at once would undo each other. Writers and checks take it, once a block; a read of a checked block never does.
     */
    final ReentrantLock changes = new ReentrantLock();

    /** Handles of the file system layer that hold this blob's file, for the kernel to read; see {@link HeldBlobs}. */
    final AtomicInteger openHandles = new AtomicInteger();

    private volatile @Nullable BlockTable table;
    private volatile boolean foreign;
    private volatile long usedMillis;
    private volatile long savedMillis;

    @GuardedBy("this")
    private int writers;

    @GuardedBy("this")
    private boolean evicting;

    DiskBlob(BlobId id) {
        this.id = id;
    }

    BlobId id() {
        return id;
    }

    /** What is on disk; null if nothing is. */
    @Nullable
    BlockTable table() {
        return table;
    }

    void table(@Nullable BlockTable now) {
        table = now;
    }

    /** Its files were written by a later release: neither read nor written nor removed. */
    boolean foreign() {
        return foreign;
    }

    void markForeign() {
        foreign = true;
    }

    /** When it was last opened or read, in milliseconds of the epoch. */
    long usedMillis() {
        return usedMillis;
    }

    /** What the file system knows of {@link #usedMillis}: the sidecar's modification time. */
    long savedMillis() {
        return savedMillis;
    }

    void used(long millis) {
        usedMillis = millis;
    }

    void saved(long millis) {
        savedMillis = millis;
    }

    /** @return false while the blob is being evicted */
    synchronized boolean beginWrite() {
        if (evicting || foreign) {
            return false;
        }
        writers++;
        return true;
    }

    synchronized void endWrite() {
        writers--;
    }

    /** @return false while somebody writes or evicts it already */
    synchronized boolean beginEviction() {
        if (writers > 0 || evicting || foreign) {
            return false;
        }
        evicting = true;
        return true;
    }

    synchronized void endEviction() {
        evicting = false;
    }
}
