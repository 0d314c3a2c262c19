package io.blobcache.node.fuse.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.blobcache.node.config.FuseConfig;
import io.blobcache.node.fuse.FuseFileSystem;
import io.blobcache.node.fuse.kernel.Wire.InHeader;
import io.blobcache.node.fuse.kernel.Wire.OutHeader;
import io.blobcache.node.metrics.FuseCounters;
import io.blobcache.node.mounter.FuseDevice;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A session without a kernel: requests are bytes, replies are kept. */
final class TestSession implements AutoCloseable {
    /** A reply as the kernel would see it. */
    record Reply(long unique, int error, ByteBuffer body) {
        long longAt(int offset) {
            return body.getLong(offset);
        }

        int intAt(int offset) {
            return body.getInt(offset);
        }

        short shortAt(int offset) {
            return body.getShort(offset);
        }
    }

    final Deque<Reply> replies = new ArrayDeque<>();
    final CountingMounter mounter = new CountingMounter();
    final FuseFrame frame = new FuseFrame(Handshake.MAX_WRITE_BYTES);
    final FuseCounters counters = new FuseCounters();
    final BackingFiles backingFiles = new BackingFiles(mounter, new FuseDevice(-1, Path.of("/none"), 0));
    final FuseSession session;

    /** Whether the kernel takes the reply that is being written. */
    BooleanSupplier taken = () -> true;

    private final FramePool frames = new FramePool();
    private long lastUnique = 2;

    /** Waiting requests run where {@code executor} says. */
    TestSession(FuseFileSystem fileSystem, FuseConfig config, Executor executor) {
        this(fileSystem, () -> config, executor);
    }

    TestSession(FuseFileSystem fileSystem, Supplier<FuseConfig> config, Executor executor) {
        Handshake handshake = new Handshake(config.get());
        this.session = new FuseSession(
                new Channel(),
                handshake,
                new FuseOperations(fileSystem, config, handshake, backingFiles),
                new WaitingRequests(executor),
                frames,
                new Undo(fileSystem, backingFiles),
                counters);
    }

    /** Serves one whole request and gives its reply; fails if there is none. */
    Reply ask(int opcode, long inode, byte[] body) {
        return ask(request(opcode, nextUnique(), inode, body));
    }

    Reply ask(byte[] request) {
        serve(request);
        return replies.removeLast();
    }

    void serve(byte[] request) {
        MemorySegment.copy(request, 0, frame.memory(), JAVA_BYTE, 0, request.length);
        session.serve(frame, request.length);
    }

    /** An INIT as Linux 6.18 sends it, offering everything. */
    Reply init() {
        return init(7, 45, -1, -1);
    }

    Reply init(int major, int minor, int flags, int flags2) {
        return ask(
                Opcode.INIT,
                0,
                body(64).putInt(major)
                        .putInt(minor)
                        .putInt(1 << 17)
                        .putInt(flags)
                        .putInt(flags2)
                        .array());
    }

    long nextUnique() {
        return lastUnique += 2;
    }

    static ByteBuffer body(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }

    static byte[] request(int opcode, long unique, long inode, byte[] body) {
        return body(InHeader.BYTES + body.length)
                .putInt(InHeader.BYTES + body.length)
                .putInt(opcode)
                .putLong(unique)
                .putLong(inode)
                .putInt(0)
                .putInt(0)
                .putInt(1)
                .putInt(0)
                .put(body)
                .array();
    }

    @Override
    public void close() {
        frames.close();
        frame.close();
    }

    private final class Channel implements FuseChannel {
        @Override
        public int read(MemorySegment into) {
            return UNMOUNTED;
        }

        @Override
        public boolean write(MemorySegment from, long offset, int length) {
            if (from.get(JAVA_INT, offset + OutHeader.LEN) != length) {
                throw new AssertionError("the header's length is not the reply's");
            }
            byte[] body = new byte[length - OutHeader.BYTES];
            MemorySegment.copy(from, JAVA_BYTE, offset + OutHeader.BYTES, body, 0, body.length);
            synchronized (replies) {
                replies.addLast(new Reply(
                        from.get(JAVA_LONG, offset + OutHeader.UNIQUE),
                        from.get(JAVA_INT, offset + OutHeader.ERROR),
                        ByteBuffer.wrap(body).order(ByteOrder.nativeOrder())));
                return taken.getAsBoolean();
            }
        }
    }
}
