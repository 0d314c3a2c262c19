package io.blobcache.node.tier.disk;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What is known in memory of one pair of files: the status and the CRC32C of each block, and the open data file. It
 * belongs to this pair alone: when the blob is evicted and filled again, that is another table, so that a reader who
 * looked here never reads the other file.
 *
 * <p>Reading takes no lock. A block that is dropped in place goes PRESENT, DROPPING, ABSENT: nothing is written there
 * before its old bytes are gone, and {@link #drops} tells a reader that has just read them.
 */
final class BlockTable {
    static final byte ABSENT = 0;
    /** Present, to be compared with its checksum before its first use. */
    static final byte UNCHECKED = 1;

    static final byte CHECKED = 2;
    /** Found damaged; its bytes are being given back. */
    static final byte DROPPING = 3;

    private static final VarHandle STATUS = MethodHandles.arrayElementVarHandle(byte[].class);

    private final DiskBlob blob;
    private final SidecarHeader header;
    private final byte[] statuses;
    private final int[] checksums;
    private volatile int drops;
    private volatile int present;
    private volatile int unchecked;
    private volatile boolean promiseKept;
    private volatile long deviceBytes;
    private volatile @Nullable DataFile file;

    BlockTable(DiskBlob blob, SidecarHeader header) {
        this.blob = blob;
        this.header = header;
        this.statuses = new byte[header.blocks()];
        this.deviceBytes = header.sidecarDeviceBytes();
        this.checksums = new int[header.blocks()];
    }

    DiskBlob blob() {
        return blob;
    }

    SidecarHeader header() {
        return header;
    }

    int blocks() {
        return statuses.length;
    }

    byte status(int blockIndex) {
        return (byte) STATUS.getAcquire(statuses, blockIndex);
    }

    boolean holds(int blockIndex) {
        byte status = status(blockIndex);
        return status == CHECKED || status == UNCHECKED;
    }

    /** Valid while the block is present. */
    int checksum(int blockIndex) {
        return checksums[blockIndex];
    }

    /** Changes whenever a block's bytes are about to be taken away. */
    int drops() {
        return drops;
    }

    int present() {
        return present;
    }

    /** Whether every block is here; {@link #unchecked} says whether each may be trusted. */
    boolean complete() {
        return present == statuses.length;
    }

    /** What the sidecar and the present blocks take of the device. */
    long deviceBytes() {
        return deviceBytes;
    }

    int unchecked() {
        return unchecked;
    }

    /** Whether the whole was compared with the digest of its source, in this process. */
    boolean promiseKept() {
        return promiseKept;
    }

    /** @param dropsBefore what {@link #drops} was before the bytes were read */
    synchronized void keepPromise(int dropsBefore) {
        promiseKept = drops == dropsBefore && complete();
    }

    @Nullable
    DataFile file() {
        return file;
    }

    void file(@Nullable DataFile opened) {
        file = opened;
    }

    synchronized void fill(int blockIndex, int checksum, byte status) {
        if (statuses[blockIndex] != ABSENT) {
            throw new IllegalStateException("filled twice: block " + blockIndex);
        }
        checksums[blockIndex] = checksum;
        count(1, status);
        size(header.blockDeviceBytes(blockIndex));
        STATUS.setRelease(statuses, blockIndex, status);
    }

    /** @return whether this call made it so */
    synchronized boolean checked(int blockIndex) {
        if (statuses[blockIndex] != UNCHECKED) {
            return false;
        }
        count(-1, UNCHECKED);
        count(1, CHECKED);
        STATUS.setRelease(statuses, blockIndex, CHECKED);
        return true;
    }

    /** Every block is to be compared with its checksum before it is used again. */
    synchronized void distrust() {
        for (int block = 0; block < statuses.length; block++) {
            if (statuses[block] == CHECKED) {
                count(-1, CHECKED);
                count(1, UNCHECKED);
                STATUS.setRelease(statuses, block, UNCHECKED);
            }
        }
    }

    /** Begins to drop a block. @return whether it was present */
    synchronized boolean dropping(int blockIndex) {
        byte status = statuses[blockIndex];
        if (status != CHECKED && status != UNCHECKED) {
            return false;
        }
        count(-1, status);
        size(-header.blockDeviceBytes(blockIndex));
        STATUS.setRelease(statuses, blockIndex, DROPPING);
        drops++;
        promiseKept = false;
        return true;
    }

    synchronized void dropped(int blockIndex) {
        STATUS.setRelease(statuses, blockIndex, ABSENT);
    }

    @GuardedBy("this")
    @SuppressWarnings("NonAtomicVolatileUpdate") // Written under the lock, read without.
    private void count(int blocks, byte status) {
        present += blocks;
        if (status == UNCHECKED) {
            unchecked += blocks;
        }
    }

    @GuardedBy("this")
    @SuppressWarnings("NonAtomicVolatileUpdate") // Written under the lock, read without.
    private void size(long bytes) {
        deviceBytes += bytes;
    }
}
