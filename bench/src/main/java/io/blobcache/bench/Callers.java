package io.blobcache.bench;

import io.blobcache.node.model.Sha256;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that do one operation with a whole file again and again over one connection, and check what comes of it. */
final class Callers implements AutoCloseable {
    /** As a client does it that is told to come again; many times more than a server at rest ever says it. */
    private static final int MAX_BUSY = 1_000;

    private static final long PAUSE_MILLIS = 5;

    private final int port;
    private final Path folder;
    private final PlainUploads uploads;
    private final Map<String, BlockTransport> connections = new HashMap<>();
    private final List<MemorySegment> buffers = new ArrayList<>();
    private final ExecutorService threads =
            Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());

    Callers(int port, Path folder) {
        this.port = port;
        this.folder = folder;
        this.uploads = PlainUploads.connect(port);
    }

    /** One call. */
    private interface Call {
        void run() throws IOException;
    }

    /** What one set of threads does: a call for each of them, which is ready to be made. */
    record Work(List<Call> calls, long lengthBytes) {}

    /** @param busy how often a call was made again because the server was busy */
    record Done(long bytes, int busy) {
        Done and(Done other) {
            return new Done(bytes + other.bytes, busy + other.busy);
        }
    }

    String storeOnce(String file) throws IOException {
        return uploads.store(Files.readAllBytes(folder.resolve(file)));
    }

    /** Not measured: reads the file, connects, and makes one call whose bytes are compared with the file. */
    Work work(String operation, String file, int streams) throws IOException, InterruptedException {
        byte[] content = Files.readAllBytes(folder.resolve(file));
        List<Call> calls = new ArrayList<>();
        for (int stream = 0; stream < streams; stream++) {
            calls.add(operation.equals("store") ? storing(content, stream) : reading(operation, file, content, stream));
        }
        return new Work(calls, content.length);
    }

    /** Every thread calls at least once. */
    Done call(Work work, long nanoseconds) throws InterruptedException, ExecutionException {
        long deadline = System.nanoTime() + nanoseconds;
        List<Future<Done>> running = new ArrayList<>();
        for (Call call : work.calls()) {
            running.add(threads.submit(() -> callUntil(deadline, call, work.lengthBytes())));
        }
        Done done = new Done(0, 0);
        for (Future<Done> each : running) {
            done = done.and(each.get());
        }
        return done;
    }

    private Done callUntil(long deadline, Call call, long lengthBytes) throws IOException, InterruptedException {
        Done done = new Done(0, 0);
        while (done.bytes() == 0 || System.nanoTime() < deadline) {
            done = done.and(new Done(lengthBytes, untilAnswered(call)));
        }
        return done;
    }

    /** Returns how often the server was busy. */
    private static int untilAnswered(Call call) throws IOException, InterruptedException {
        for (int busy = 0; ; busy++) {
            try {
                call.run();
                return busy;
            } catch (Busy e) {
                if (busy == MAX_BUSY) {
                    throw e;
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }

    private Call reading(String operation, String file, byte[] content, int stream)
            throws IOException, InterruptedException {
        BlockTransport connection = connection(operation, file);
        ByteBuffer target = buffer(stream, content.length);
        if (stream == 0) {
            untilAnswered(() -> connection.read(0, target.clear()));
            if (target.flip().mismatch(ByteBuffer.wrap(content)) >= 0) {
                throw new IOException(
                        "%s of %s: the bytes that came are not those of the file".formatted(operation, file));
            }
        }
        return () -> connection.read(0, target.clear());
    }

    private BlockTransport connection(String operation, String file) throws IOException {
        String name = operation + " " + file;
        BlockTransport known = connections.get(name);
        if (known == null) {
            known = switch (operation) {
                case "get" -> PlainGrpcClient.connect(port, file, false);
                case "stream" -> PlainGrpcClient.connect(port, file, true);
                case "block" -> PeerClient.connect(port, folder.resolve(file), true);
                default -> throw new IOException("no such operation: " + operation);
            };
            connections.put(name, known);
        }
        return known;
    }

    /** Each thread has content of its own: whoever stores the same at the same time would wait for the other. */
    private Call storing(byte[] content, int stream) {
        byte[] own = content.clone();
        own[0] ^= (byte) (stream + 1);
        String hash = HexFormat.of().formatHex(Sha256.begin().digest(own));
        return () -> {
            String answered = uploads.store(own);
            if (!answered.equals(hash)) {
                throw new IOException("stored %s, and the server says %s".formatted(hash, answered));
            }
        };
    }

    /** Not part of Java's direct memory, which is the transport's. */
    private ByteBuffer buffer(int stream, int lengthBytes) {
        while (buffers.size() <= stream) {
            buffers.add(MemorySegment.NULL);
        }
        if (buffers.get(stream).byteSize() < lengthBytes) {
            buffers.set(stream, Arena.ofAuto().allocate(lengthBytes));
        }
        return buffers.get(stream).asSlice(0, lengthBytes).asByteBuffer();
    }

    @Override
    public void close() throws IOException {
        threads.shutdownNow();
        uploads.close();
        for (BlockTransport connection : connections.values()) {
            connection.close();
        }
    }
}
