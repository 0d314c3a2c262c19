package io.blobcache.node.model;

import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, which every Java platform has. */
public final class Sha256 {
    private Sha256() {}

    public static MessageDigest begin() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** What a digest is of all that it was given so far; more may follow. */
    public static byte[] soFar(MessageDigest digest) {
        try {
            return ((MessageDigest) digest.clone()).digest();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("Java's own SHA-256 can be copied", e);
        }
    }

    /** @return 32 bytes */
    public static byte[] of(MemorySegment bytes) {
        SegmentDigest digest = new SegmentDigest();
        digest.update(bytes);
        return digest.digest();
    }
}
