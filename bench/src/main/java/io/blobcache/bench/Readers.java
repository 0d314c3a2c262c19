package io.blobcache.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Threads that read pieces of a file over connections, each into a buffer of its own outside of the heap, which it
 * keeps: memory is streams times the sum of the lengths asked for. The first piece of each length is compared with the
 * file.
 */
final class Readers implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final MemorySegment file;
    private final List<MemorySegment> buffers = new ArrayList<>();
    private final Set<Integer> compared = new HashSet<>();
    private final ExecutorService threads =
            Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());

    Readers(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path)) {
            file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        }
    }

    /** Every stream reads at least once. Returns the bytes of all of them. */
    long read(List<BlockTransport> connections, int streams, int lengthBytes, long nanoseconds)
            throws IOException, InterruptedException, ExecutionException {
        long deadline = System.nanoTime() + nanoseconds;
        List<Future<Long>> running = new ArrayList<>();
        for (int stream = 0; stream < streams; stream++) {
            ByteBuffer target = buffer(stream, lengthBytes);
            BlockTransport connection = connections.get(stream % connections.size());
            if (stream == 0 && compared.add(lengthBytes)) {
                compare(connection, target);
            }
            long first = (long) stream * (file.byteSize() / streams);
            running.add(threads.submit(() -> readUntil(deadline, connection, target, first)));
        }
        long bytes = 0;
        for (Future<Long> stream : running) {
            bytes += stream.get();
        }
        return bytes;
    }

    private long readUntil(long deadline, BlockTransport connection, ByteBuffer target, long first) throws IOException {
        long places = file.byteSize() / target.capacity();
        long bytes = 0;
        for (long place = first / target.capacity(); bytes == 0 || System.nanoTime() < deadline; place++) {
            connection.read(place % places * target.capacity(), target.clear());
            bytes += target.capacity();
        }
        return bytes;
    }

    /** At an odd offset, so that a transport that ignores it is found out. */
    private void compare(BlockTransport connection, ByteBuffer target) throws IOException {
        long offset = (file.byteSize() - target.capacity()) / 2 + 1;
        connection.read(offset, target.clear());
        MemorySegment expected = file.asSlice(offset, target.capacity());
        if (expected.mismatch(MemorySegment.ofBuffer(target.flip())) >= 0) {
            throw new IOException("wrong bytes came from offset " + offset);
        }
    }

    private ByteBuffer buffer(int stream, int lengthBytes) {
        if (stream == buffers.size()) {
            buffers.add(arena.allocate(lengthBytes));
        } else if (buffers.get(stream).byteSize() < lengthBytes) {
            buffers.set(stream, arena.allocate(lengthBytes));
        }
        return buffers.get(stream).asSlice(0, lengthBytes).asByteBuffer();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
