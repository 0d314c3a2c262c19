package io.blobcache.node.tier;

import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.model.BlockSize;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** One blob cut into blocks, with the keys of its blocks made once, so that a hit allocates nothing. Thread-safe. */
public final class BlobBlocks {
    /** 65,536 keys are a blob of 256 GiB in blocks of 4 MiB and 256 KiB of references; longer ones make keys anew. */
    private static final int MAX_KEPT_KEYS = 1 << 16;

    private final Blob blob;
    private final BlockSize blockSize;
    private final int count;
    private final byte @Nullable [] digest;
    private final AtomicReferenceArray<BlockKey> keys;
    private volatile boolean missed;
    private volatile Brought brought = Brought.BY_SOURCE;

    /** @throws ArithmeticException if the blob has more than 2^31 blocks; a source never lists such a one */
    public BlobBlocks(Blob blob, BlockSize blockSize) {
        this.blob = blob;
        this.blockSize = blockSize;
        this.count = blockSize.countOf(blob.lengthBytes());
        this.digest = count == 1 ? blob.sha256() : null;
        this.keys = new AtomicReferenceArray<>(Math.min(count, MAX_KEPT_KEYS));
    }

    public Blob blob() {
        return blob;
    }

    public int count() {
        return count;
    }

    /**
     * What the SHA-256 of the only block has to be: it is compared before anybody sees the bytes. {@code null} if there
     * are more blocks, which are served as they arrive, or if the source promises nothing. The caller does not write it.
     */
    byte @Nullable [] digestOfTheOnlyBlock() {
        return digest;
    }

    public int indexOf(long offset) {
        return blockSize.indexOf(offset);
    }

    public long offsetOf(int blockIndex) {
        return blockSize.offsetOf(blockIndex);
    }

    /** Whether a reader had to wait for the source, for any of these blocks. */
    public boolean missed() {
        return missed;
    }

    /** Who brought the last of these blocks that was brought. */
    Brought brought() {
        return brought;
    }

    void brought(Brought by) {
        brought = by;
    }

    void miss() {
        missed = true;
    }

    public BlockKey key(int blockIndex) {
        if (blockIndex >= keys.length()) {
            return blockSize.keyOf(blob, blockIndex);
        }
        BlockKey key = keys.get(blockIndex);
        if (key == null) {
            key = blockSize.keyOf(blob, blockIndex);
            keys.set(blockIndex, key);
        }
        return key;
    }
}
