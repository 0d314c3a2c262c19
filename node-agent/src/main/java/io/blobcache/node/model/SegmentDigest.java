package io.blobcache.node.model;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;

/**
 * SHA-256 of bytes outside of the heap, as they come. Java hashes arrays: by itself it would copy 4 KiB at a time, and
 * its compiled code begins anew for each. Not thread-safe.
 */
public final class SegmentDigest {
    /** Half of a first-level cache. */
    private static final int STEP_BYTES = 16 << 10;

    private final MessageDigest digest = Sha256.begin();
    private final byte[] step = new byte[STEP_BYTES];

    public void update(MemorySegment bytes) {
        long length = bytes.byteSize();
        for (long done = 0; done < length; done += STEP_BYTES) {
            int count = (int) Math.min(STEP_BYTES, length - done);
            MemorySegment.copy(bytes, JAVA_BYTE, done, step, 0, count);
            digest.update(step, 0, count);
        }
    }

    /** @return 32 bytes; what follows is another digest */
    public byte[] digest() {
        return digest.digest();
    }
}
