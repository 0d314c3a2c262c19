package io.blobcache.node.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The 32 bytes that name a blob: SHA-256 of the content for stored content, SHA-256 of (source, path, version,
 * length) for what a source holds. Equal ids mean equal bytes, so nothing under an id is ever stale.
 *
 * <p>Held as four longs, big-endian in order: comparing and hashing allocate nothing.
 */
public record BlobId(long word0, long word1, long word2, long word3) {

    public static final int BYTES = 32;

    /** SHA-256 of some words in order. The separator is NUL, which no path and no name holds. */
    public static BlobId of(String... words) {
        MessageDigest sha256 = Sha256.begin();
        for (int i = 0; i < words.length; i++) {
            if (i > 0) {
                sha256.update((byte) 0);
            }
            sha256.update(words[i].getBytes(StandardCharsets.UTF_8));
        }
        return ofBytes(sha256.digest());
    }

    /** @throws IllegalArgumentException if {@code bytes} is not 32 bytes long */
    public static BlobId ofBytes(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a blob id has 32 bytes, was: " + bytes.length);
        }
        ByteBuffer words = ByteBuffer.wrap(bytes);
        return new BlobId(words.getLong(), words.getLong(), words.getLong(), words.getLong());
    }

    /** @throws IllegalArgumentException if {@code hex} is not 64 lower-case hexadecimal digits */
    public static BlobId ofHex(String hex) {
        return ofBytes(HexFormat.of().parseHex(hex));
    }

    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES)
                .putLong(word0)
                .putLong(word1)
                .putLong(word2)
                .putLong(word3)
                .array();
    }

    /** 64 lower-case hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(toBytes());
    }

    /** The bytes are a cryptographic digest: any 32 bits of them spread evenly. */
    @Override
    public int hashCode() {
        return (int) word3;
    }

    @Override
    public String toString() {
        return hex();
    }
}
