package io.blobcache.node.mesh.placement;

import io.blobcache.node.model.BlobId;
import io.blobcache.node.model.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The 64-bit hashes that placement is made of. Two nodes that hash differently disagree about every owner, so nothing
 * here may ever change; {@code PlacementGoldenTest} holds it.
 */
final class Hash64 {
    /** 2^64 over the golden ratio, odd: the step of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). */
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private Hash64() {}

    /**
     * The finalizer of SplitMix64, which is variant 13 of David Stafford's (Better Bit Mixing, 2011), as in {@code
     * java.util.SplittableRandom}: a bijection in which each bit of the input changes each bit of the output half of
     * the time.
     */
    static long mix(long bits) {
        long first = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        long second = (first ^ (first >>> 27)) * 0x94d049bb133111ebL;
        return second ^ (second >>> 31);
    }

    /** One span of one blob. */
    static long ofKey(BlobId blob, long span) {
        long hash = mix(blob.word0() + GOLDEN);
        hash = mix((hash ^ blob.word1()) + GOLDEN);
        hash = mix((hash ^ blob.word2()) + GOLDEN);
        hash = mix((hash ^ blob.word3()) + GOLDEN);
        return mix((hash ^ span) + GOLDEN);
    }

    /** The first eight bytes of the SHA-256 of a member's id, big-endian. */
    static long ofMember(String id) {
        byte[] digest = Sha256.begin().digest(id.getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.wrap(digest).getLong();
    }
}
