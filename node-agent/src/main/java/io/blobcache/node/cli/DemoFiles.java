package io.blobcache.node.cli;

import io.blobcache.node.posix.Posix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Reads the demo's files through a mount, the way any program would, and checks or times them. */
final class DemoFiles {
    private static final int BUFFER_BYTES = 1 << 20;

    /** As many as a data loader has by default; small files are a matter of latency, not of bytes. */
    private static final int READERS = 8;

    private static final ThreadLocal<ByteBuffer> BUFFER =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(BUFFER_BYTES));

    private final Path mount;
    private final Map<String, Long> lengths;
    private final Map<String, String> digests;

    /** @param digests lower-case hexadecimal SHA-256 of each key, from elsewhere than the mount */
    DemoFiles(Path mount, Map<String, Long> lengths, Map<String, String> digests) {
        this.mount = mount;
        this.lengths = Map.copyOf(lengths);
        this.digests = Map.copyOf(digests);
    }

    /** Those of at most so many bytes. */
    DemoFiles upTo(long maxBytes) {
        Map<String, Long> shorter = new HashMap<>(lengths);
        shorter.values().removeIf(bytes -> bytes > maxBytes);
        return new DemoFiles(mount, shorter, digests);
    }

    /** Told of each piece that was read. */
    @FunctionalInterface
    interface Progress {
        void read(long doneBytes);
    }

    long bytes() {
        return lengths.values().stream().mapToLong(Long::longValue).sum();
    }

    int count() {
        return lengths.size();
    }

    /**
     * Reads everything and compares it with the digests.
     *
     * @return nanoseconds from the first read to the last
     * @throws IOException if a file cannot be read, or is not what it has to be
     */
    long verify(Progress progress) throws IOException {
        AtomicLong done = new AtomicLong();
        return all(key -> {
            MessageDigest sha256 = sha256();
            read(key, bytes -> {
                progress.read(done.addAndGet(bytes.remaining()));
                sha256.update(bytes);
            });
            String digest = HexFormat.of().formatHex(sha256.digest());
            if (!digest.equals(digests.get(key))) {
                throw new IOException(
                        "%s is wrong: its SHA-256 is %s and should be %s".formatted(key, digest, digests.get(key)));
            }
        });
    }

    /**
     * Reads everything again without looking at it, the kernel's copies of the mount dropped.
     *
     * @return nanoseconds from the first read to the last
     */
    long time(Progress progress) throws IOException {
        lengths.keySet().forEach(key -> forget(mount.resolve(key)));
        AtomicLong done = new AtomicLong();
        return all(key -> read(key, bytes -> progress.read(done.addAndGet(bytes.remaining()))));
    }

    private interface Work {
        void on(String key) throws IOException;
    }

    private long all(Work work) throws IOException {
        long begun = System.nanoTime();
        try (ExecutorService readers = Executors.newFixedThreadPool(READERS)) {
            List<Future<?>> readings = new ArrayList<>();
            for (String key : lengths.keySet().stream().sorted().toList()) {
                readings.add(readers.submit(() -> {
                    work.on(key);
                    return key;
                }));
            }
            for (Future<?> reading : readings) {
                reading.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException("cannot read", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return System.nanoTime() - begun;
    }

    private void read(String key, Consumer<ByteBuffer> taker) throws IOException {
        ByteBuffer buffer = BUFFER.get();
        try (FileChannel file = FileChannel.open(mount.resolve(key), StandardOpenOption.READ)) {
            while (file.read(buffer.clear()) >= 0) {
                taker.accept(buffer.flip());
            }
        }
    }

    private static void forget(Path file) {
        int fd = Posix.open(file.toString(), Posix.O_RDONLY, 0);
        if (fd >= 0) {
            Posix.fadvise(fd, 0, 0, Posix.FADV_DONTNEED);
            Posix.close(fd);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
