package io.blobcache.node.fuse.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.blobcache.node.config.FuseConfig;
import io.blobcache.node.fuse.FuseException;
import io.blobcache.node.fuse.kernel.Wire.InitIn;
import io.blobcache.node.fuse.kernel.Wire.InitOut;
import io.blobcache.node.posix.Errno;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** FUSE_INIT: the first request of a connection, in which both sides say what they can. */
final class Handshake {
    static final int PAGE_BYTES = 4096;

    /**
     * max_write: nothing is ever written, but the kernel wants a read buffer of this and a page more, and derives from
     * it how large a request it may send at all. As large as the largest read.
     */
    static final int MAX_WRITE_BYTES = 1 << 20;

    /** A backing file may lie on any file system that is not itself stacked (overlayfs is). */
    private static final int MAX_STACK_DEPTH = 1;

    private static final int ONE_NANOSECOND = 1;

    private final FuseConfig config;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile long flags;

    Handshake(FuseConfig config) {
        this.config = config;
    }

    boolean isDone() {
        return done.getCount() == 0;
    }

    boolean await(long nanos) throws InterruptedException {
        return done.await(nanos, TimeUnit.NANOSECONDS);
    }

    /** Capabilities that both sides have; 0 before INIT. */
    long flags() {
        return flags;
    }

    boolean hasPassthrough() {
        return (flags & InitFlags.PASSTHROUGH) != 0;
    }

    /** @throws FuseException EPROTO for a kernel older than 5.4; EIO for a second INIT */
    void init(FuseRequest request, FuseReply reply) throws FuseException {
        request.intAt(InitIn.MIN_BYTES - Integer.BYTES);
        int major = request.intAt(InitIn.MAJOR);
        int minor = request.intAt(InitIn.MINOR);
        if (major > Wire.MAJOR) {
            // The kernel tries again with our major.
            reply.clear(InitOut.BYTES);
            reply.memory().set(JAVA_INT, FuseReply.BODY + InitOut.MAJOR, Wire.MAJOR);
            return;
        }
        if (major < Wire.MAJOR || minor < Wire.MIN_MINOR) {
            throw new FuseException(Errno.EPROTO);
        }
        if (isDone()) {
            throw new FuseException(Errno.EIO);
        }
        flags = InitFlags.accepted(offered(request), config);
        write(reply, minor);
        done.countDown();
    }

    private static long offered(FuseRequest request) throws FuseException {
        long low = Integer.toUnsignedLong(request.intAt(InitIn.FLAGS));
        if ((low & InitFlags.INIT_EXT) == 0) {
            return low;
        }
        return low | Integer.toUnsignedLong(request.intAt(InitIn.FLAGS2)) << 32;
    }

    private void write(FuseReply reply, int minor) {
        reply.clear(InitOut.BYTES);
        MemorySegment memory = reply.memory();
        long body = FuseReply.BODY;
        memory.set(JAVA_INT, body + InitOut.MAJOR, Wire.MAJOR);
        memory.set(JAVA_INT, body + InitOut.MINOR, Math.min(minor, Wire.MAX_MINOR));
        memory.set(JAVA_INT, body + InitOut.MAX_READAHEAD, config.readAheadBytes());
        memory.set(JAVA_INT, body + InitOut.FLAGS, (int) flags);
        memory.set(JAVA_SHORT, body + InitOut.MAX_BACKGROUND, (short) config.maxBackground());
        memory.set(JAVA_SHORT, body + InitOut.CONGESTION_THRESHOLD, (short) config.congestionThreshold());
        memory.set(JAVA_INT, body + InitOut.MAX_WRITE, MAX_WRITE_BYTES);
        memory.set(JAVA_INT, body + InitOut.TIME_GRAN, ONE_NANOSECOND);
        memory.set(JAVA_SHORT, body + InitOut.MAX_PAGES, (short) (config.maxReadBytes() / PAGE_BYTES));
        memory.set(JAVA_INT, body + InitOut.FLAGS2, (int) (flags >>> 32));
        memory.set(JAVA_INT, body + InitOut.MAX_STACK_DEPTH, hasPassthrough() ? MAX_STACK_DEPTH : 0);
    }
}
