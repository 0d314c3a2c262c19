package io.blobcache.e2e.rig;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/** Readers that are threads: for more of them than one wants processes. What is true comes from {@link Sha256}. */
public final class FileReader {
    /** Small: a thousand readers hold one each. */
    private static final int BUFFER_BYTES = 64 << 10;

    private FileReader() {}

    /**
     * A file that was read from its beginning.
     *
     * @param longestWait for one piece of it
     */
    public record Whole(String sha256, Duration longestWait) {}

    /** The digest of the whole file, read from its beginning. */
    public static String sha256(Path file) throws IOException {
        return whole(file, Duration.ZERO).sha256();
    }

    /** By a reader that holds the file open and pauses after each piece. */
    public static Whole whole(Path file, Duration pause) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
            long longestNanos = 0;
            long asked = System.nanoTime();
            while (channel.read(buffer.clear()) >= 0) {
                longestNanos = Math.max(longestNanos, System.nanoTime() - asked);
                digest.update(buffer.flip());
                if (pause.isPositive()) {
                    Await.pause(pause);
                }
                asked = System.nanoTime();
            }
            return new Whole(HexFormat.of().formatHex(digest.digest()), Duration.ofNanos(longestNanos));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** Bytes at an offset, fewer only at the end of the file. */
    public static byte[] bytes(Path file, long offset, int length) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer buffer = ByteBuffer.allocate(length);
            int count = 0;
            while (buffer.hasRemaining() && count >= 0) {
                count = channel.read(buffer, offset + buffer.position());
            }
            byte[] bytes = new byte[buffer.position()];
            buffer.flip().get(bytes);
            return bytes;
        }
    }
}
