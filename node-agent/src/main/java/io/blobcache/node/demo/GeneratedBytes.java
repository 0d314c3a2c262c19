package io.blobcache.node.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * Bytes of any length that follow from a seed and a key, at the cost of a memory copy: one MiB of noise, rotated by
 * another distance in each MiB of a content and for each key. So no two blocks are alike and a misplaced one shows.
 */
final class GeneratedBytes {
    private static final int NOISE_BYTES = 1 << 20;
    private static final int MASK = NOISE_BYTES - 1;

    /** Odd: 2^20 steps pass before a rotation comes back, which is 1 TiB of content. */
    private static final int STEP = 4099;

    private final byte[] noise = new byte[NOISE_BYTES];

    GeneratedBytes(long seed) {
        new SplittableRandom(seed).nextBytes(noise);
    }

    void write(String key, long offset, long length, OutputStream out) throws IOException {
        int phase = digest(key.getBytes(StandardCharsets.UTF_8))[0] << 12 ^ key.hashCode();
        long end = offset + length;
        long at = offset;
        while (at < end) {
            long row = at >> 20;
            int start = (int) (at + phase + row * STEP) & MASK;
            int run = (int) Math.min(Math.min(NOISE_BYTES - start, NOISE_BYTES - (at & MASK)), end - at);
            out.write(noise, start, run);
            at += run;
        }
    }

    /** Lower-case hexadecimal SHA-256 of a whole content. */
    String sha256(String key, long length) {
        MessageDigest digest = sha256();
        try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            write(key, 0, length, out);
        } catch (IOException e) {
            throw new AssertionError("nothing is written anywhere", e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static byte[] digest(byte[] bytes) {
        return sha256().digest(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
