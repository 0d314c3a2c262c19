package io.blobcache.node.store;

import io.blobcache.node.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;

/**
 * How much may be stored. The disk tier gives way: it evicts what it holds when less than {@code disk.minFreePercent} of
 * the device is free, and stored content may take the device down to half of that. Thread-safe.
 */
final class StoreSpace {
    /** Its space is that of the directory whenever it is asked; to find it takes reading all mounts. */
    private final FileStore device;

    private final long maxBytes;
    private final IntSupplier minFreePercent;
    private final AtomicLong taken = new AtomicLong();

    /** @param minFreePercent of the device, as the disk tier leaves it */
    StoreSpace(Path directory, long maxBytes, IntSupplier minFreePercent) throws IOException {
        this.device = Files.getFileStore(directory);
        this.maxBytes = maxBytes;
        this.minFreePercent = minFreePercent;
    }

    long takenBytes() {
        return taken.get();
    }

    long maxBytes() {
        return maxBytes;
    }

    /** What is there already. */
    void found(long bytes) {
        taken.addAndGet(bytes);
    }

    /** @throws StoreException if so much more is too much; then nothing is taken */
    void take(long bytes) throws IOException {
        if (taken.addAndGet(bytes) > maxBytes) {
            taken.addAndGet(-bytes);
            throw new StoreException(
                    Reason.FULL,
                    "mesh.maxStoredBytes: %d bytes are stored of at most %d, and %d more do not fit: raise it"
                            .formatted(taken.get(), maxBytes, bytes));
        }
        try {
            checkDevice(bytes);
        } catch (IOException e) {
            taken.addAndGet(-bytes);
            throw e;
        }
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    private void checkDevice(long bytes) throws IOException {
        long floor = device.getTotalSpace() / 200 * minFreePercent.getAsInt();
        if (device.getUsableSpace() - bytes < floor) {
            throw new StoreException(
                    Reason.FULL,
                    "stored content: the device of the state directory has %d bytes free, and %d (half of disk.minFreePercent) stay free: free space on it"
                            .formatted(device.getUsableSpace(), floor));
        }
    }
}
