package io.blobcache.bench;

import io.blobcache.node.config.PrefetchConfig;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlobId;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.posix.MemoryCalls;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceEntry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A parallel download in the mount's own shape: the same client, ranges of one block, as many at once as the prefetcher
 * has workers and one more for the block that the reader waits for.
 */
final class Download {
    private static final int CONCURRENCY = PrefetchConfig.DEFAULT.workers() + 1;
    private static final int RANGE_BYTES = BlockSize.DEFAULT.bytes();

    private final Source source;

    /** A mount too asks for the version once and then reads by it. */
    private final Map<String, Blob> found = new HashMap<>();

    private final Arena arena = Arena.ofShared();
    private final List<MemorySegment> buffers = new ArrayList<>();

    Download(Source source) {
        this.source = source;
        for (int worker = 0; worker < CONCURRENCY; worker++) {
            buffers.add(arena.allocate(RANGE_BYTES));
        }
    }

    /** One range. Returns its bytes. */
    long read(String key, long offset, int length) throws BlobException {
        source.read(blob(key), offset, length, buffers.getFirst(), _ -> {});
        return length;
    }

    /** Every byte into a buffer and no further. Returns the bytes. */
    long toMemory(String key) throws IOException, InterruptedException {
        return all(blob(key), (buffer, _) -> buffer, (_, _) -> {});
    }

    /** Every byte to where it stays until all are there, as a program has them that loads a model. Returns the bytes. */
    long toKeptMemory(String key) throws IOException, InterruptedException {
        Blob blob = blob(key);
        MemorySegment kept = MemoryCalls.mmap(blob.lengthBytes());
        try {
            return all(
                    blob,
                    (_, offset) -> kept.asSlice(offset, Math.min(RANGE_BYTES, kept.byteSize() - offset)),
                    (_, _) -> {});
        } finally {
            MemoryCalls.munmap(kept);
        }
    }

    /** Returns the bytes written. */
    long toFile(String key, Path file) throws IOException, InterruptedException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            return all(
                    blob(key), (buffer, _) -> buffer, (range, offset) -> channel.write(range.asByteBuffer(), offset));
        }
    }

    /** Where a range goes when it has arrived; called by several threads. */
    private interface Sink {
        void accept(MemorySegment range, long offset) throws IOException;
    }

    /** Where a range is read to: the worker's own buffer or another place. */
    private interface Place {
        MemorySegment of(MemorySegment buffer, long offset);
    }

    private long all(Blob blob, Place place, Sink sink) throws IOException, InterruptedException {
        AtomicInteger next = new AtomicInteger();
        List<Future<Long>> workers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (MemorySegment buffer : buffers) {
                workers.add(threads.submit(() -> work(blob, next, buffer, place, sink)));
            }
        }
        long bytes = 0;
        for (Future<Long> worker : workers) {
            bytes += resultOf(worker);
        }
        return bytes;
    }

    private long work(Blob blob, AtomicInteger next, MemorySegment buffer, Place place, Sink sink) throws IOException {
        long bytes = 0;
        while (true) {
            long offset = (long) next.getAndIncrement() * RANGE_BYTES;
            if (offset >= blob.lengthBytes()) {
                return bytes;
            }
            int length = (int) Math.min(RANGE_BYTES, blob.lengthBytes() - offset);
            MemorySegment range = place.of(buffer, offset).asSlice(0, length);
            source.read(blob, offset, length, range, _ -> {});
            sink.accept(range, offset);
            bytes += length;
        }
    }

    private static long resultOf(Future<Long> worker) throws IOException, InterruptedException {
        try {
            return worker.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    private Blob blob(String key) throws BlobException {
        Blob known = found.get(key);
        if (known != null) {
            return known;
        }
        if (!(source.stat(key) instanceof SourceEntry.File file)) {
            throw new BlobException.NotFound(key + " is not a file");
        }
        BlobId id = BlobId.of(source.name(), key, file.version());
        Blob blob = new Blob(id, key, file.version(), file.lengthBytes());
        found.put(key, blob);
        return blob;
    }
}
