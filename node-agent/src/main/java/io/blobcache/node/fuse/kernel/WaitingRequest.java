package io.blobcache.node.fuse.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import io.blobcache.node.fuse.kernel.Wire.InHeader;
import io.blobcache.node.fuse.kernel.Wire.ReadIn;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A request that waits for a source on a thread of its own. Three may end it, in any order and at once: the thread with
 * the answer, the reader by an interrupt, the deadline. Whoever {@link #claim}s it writes the reply; an interrupt only
 * wakes the thread. Thread-safe.
 */
final class WaitingRequest {
    private final byte[] bytes;
    private final long unique;
    private final int opcode;
    private final long startNanos;

    private @Nullable Thread thread;
    private boolean interrupted;
    private boolean claimed;

    /** @param request copied, so that its frame can go on */
    WaitingRequest(FuseRequest request, long startNanos) {
        this.bytes = request.copy();
        this.unique = request.unique();
        this.opcode = request.opcode();
        this.startNanos = startNanos;
    }

    /** The request as it came, into a frame that has room for it. */
    void loadInto(FuseFrame frame) {
        MemorySegment.copy(bytes, 0, frame.memory(), JAVA_BYTE, 0, bytes.length);
        frame.request().begin(bytes.length);
    }

    /** Longest reply body: what a read or listing asks for, a page for all else. */
    int replyBytes() {
        return switch (opcode) {
            case Opcode.READ, Opcode.READDIR, Opcode.READDIRPLUS ->
                MemorySegment.ofArray(bytes).get(JAVA_INT_UNALIGNED, InHeader.BYTES + (long) ReadIn.SIZE);
            default -> FuseReply.BODY;
        };
    }

    long unique() {
        return unique;
    }

    int opcode() {
        return opcode;
    }

    long startNanos() {
        return startNanos;
    }

    /** The current thread waits from now on: interrupts reach it, one that came before at once. */
    synchronized void attach() {
        thread = Thread.currentThread();
        if (interrupted) {
            thread.interrupt();
        }
    }

    /** The current thread has stopped waiting: no interrupt will reach it after this. */
    synchronized void detach() {
        thread = null;
    }

    synchronized void interrupt() {
        interrupted = true;
        if (thread != null) {
            thread.interrupt();
        }
    }

    /** Whether the caller is the first, and so the one to write the reply. */
    synchronized boolean claim() {
        boolean first = !claimed;
        claimed = true;
        return first;
    }
}
