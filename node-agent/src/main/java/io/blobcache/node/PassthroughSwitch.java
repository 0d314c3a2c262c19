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
    private volatile boolean on;

    PassthroughSwitch(LocalCopies copies) {
        this.copies = copies;
    }

    void set(boolean on) {
        this.on = on;
    }

    @Override
    public boolean mustWait(Blob blob) {
        return on && copies.mustWait(blob);
    }

    @Override
    public @Nullable LocalCopy open(Blob blob) {
        return on ? copies.open(blob) : null;
    }
}
