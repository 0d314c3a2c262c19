package io.blobcache.node;

import io.blobcache.node.model.Blob;
import io.blobcache.node.tier.LocalCopies;
import org.jspecify.annotations.Nullable;

/**
 * Hands out local copies once it is known that the mount can use them: the file system is wired before the mount, and
 * the kernel says only in the mount's handshake what it can.
 */
final class PassthroughSwitch implements LocalCopies {
    private final LocalCopies copies;
    private final long minBytes;
    private volatile boolean on;

    /** @param minBytes shorter blobs are read through the tiers even if they have a local copy */
    PassthroughSwitch(LocalCopies copies, long minBytes) {
        this.copies = copies;
        this.minBytes = minBytes;
    }

    void set(boolean on) {
        this.on = on;
    }

    @Override
    public boolean mustWait(Blob blob) {
        return serves(blob) && copies.mustWait(blob);
    }

    @Override
    public @Nullable LocalCopy open(Blob blob) {
        if (serves(blob)) {
            return copies.open(blob);
        }
        copies.opened(blob);
        return null;
    }

    @Override
    public Hold hold(Blob blob) {
        return copies.hold(blob);
    }

    private boolean serves(Blob blob) {
        return on && blob.lengthBytes() >= minBytes;
    }
}
