package io.blobcache.node.fuse.kernel;

import io.blobcache.node.fuse.FuseException;
import io.blobcache.node.fuse.Patience;
import io.blobcache.node.fuse.kernel.Wire.InterruptIn;
import io.blobcache.node.metrics.FuseCounters;
import io.blobcache.node.metrics.FuseCounters.Operation;
import io.blobcache.node.posix.Errno;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the requests of one connection. A request is tried at once, on the thread that took it from the kernel; if it
 * would have to wait for a source it goes on on a thread of its own, and the first thread takes the next request. So a
 * hit costs two system calls (read, write) and no allocation, and a miss never stands in the way of a hit.
 *
 * <p>A frame that is not a request: without a header, or with unique 0 where a reply is due, it is dropped (a reply to
 * unique 0 would be read as a notification); one whose length is not what its header says gets EIO; one too short for
 * its fields EINVAL. Whatever the file system throws, an Error too, is an answer (EIO) and never ends a thread: a request
 * that nobody answers hangs its reader for ever. Thread-safe.
 */
final class FuseSession {
    private static final Logger LOG = LoggerFactory.getLogger(FuseSession.class);

    private final FuseChannel channel;
    private final Handshake handshake;
    private final FuseOperations operations;
    private final WaitingRequests waiting;
    private final FramePool frames;
    private final Undo undo;
    private final FuseCounters counters;

    FuseSession(
            FuseChannel channel,
            Handshake handshake,
            FuseOperations operations,
            WaitingRequests waiting,
            FramePool frames,
            Undo undo,
            FuseCounters counters) {
        this.channel = channel;
        this.handshake = handshake;
        this.operations = operations;
        this.waiting = waiting;
        this.frames = frames;
        this.undo = undo;
        this.counters = counters;
    }

    /** Takes and serves requests until the mount is gone. {@code frame} holds the largest of them and its reply. */
    void run(FuseFrame frame) {
        for (int length = channel.read(frame.memory());
                length != FuseChannel.UNMOUNTED;
                length = channel.read(frame.memory())) {
            serve(frame, length);
        }
    }

    /** Serves the request of {@code length} bytes at the start of {@code frame}. */
    void serve(FuseFrame frame, int length) {
        long startNanos = System.nanoTime();
        FuseRequest request = frame.request();
        if (!request.begin(length) || (request.unique() == 0 && Opcode.isAnswered(request.opcode()))) {
            counters.answered(Operation.OTHER, 0, true);
            return;
        }
        Outcome outcome = attempt(frame, Patience.NONE);
        if (outcome != Outcome.MUST_WAIT) {
            finish(frame, outcome, startNanos);
            return;
        }
        try {
            waiting.start(new WaitingRequest(request, startNanos), this::await);
        } catch (RuntimeException | Error e) {
            // The threads are being ended, and so is the mount; or none can be made any more.
            frame.reply().error(Errno.EIO);
            finish(frame, Outcome.REPLY, startNanos);
        }
    }

    /** Ends the requests that have waited for {@code limit} by ETIMEDOUT, whatever their threads are doing. */
    void expire(long nowNanos, Duration limit) {
        for (WaitingRequest request : waiting.all()) {
            if (nowNanos - request.startNanos() > limit.toNanos() && request.claim()) {
                answer(request, Errno.ETIMEDOUT);
                request.interrupt();
            }
        }
    }

    private Outcome attempt(FuseFrame frame, Patience patience) {
        FuseRequest request = frame.request();
        try {
            if (!request.isWhole()) {
                throw new FuseException(Errno.EIO);
            }
            return handle(request, frame.reply(), patience);
        } catch (FuseException e) {
            frame.reply().error(e.errno());
        } catch (RuntimeException | Error e) {
            frame.reply().error(Errno.EIO);
            report(request.opcode(), e);
        }
        return Opcode.isAnswered(request.opcode()) ? Outcome.REPLY : Outcome.NO_REPLY;
    }

    /** A class that a failing disk does not give may be one that logs: the reader gets its answer all the same. */
    private static void report(int opcode, Throwable bug) {
        try {
            LOG.atError().addKeyValue("opcode", opcode).setCause(bug).log("a request failed by a bug");
        } catch (RuntimeException | Error e) {
            bug.addSuppressed(e);
        }
    }

    private Outcome handle(FuseRequest request, FuseReply reply, Patience patience) throws FuseException {
        return switch (request.opcode()) {
            case Opcode.INIT -> {
                handshake.init(request, reply);
                yield Outcome.REPLY;
            }
            case Opcode.INTERRUPT -> {
                waiting.interrupt(request.longAt(InterruptIn.UNIQUE));
                yield Outcome.NO_REPLY;
            }
            default -> {
                if (!handshake.isDone()) {
                    throw new FuseException(Errno.EIO);
                }
                yield operations.handle(request, reply, patience);
            }
        };
    }

    /** Runs on the thread of a waiting request. */
    private void await(WaitingRequest waiter) {
        FuseFrame frame;
        waiter.attach();
        try {
            frame = frames.take(waiter.replyBytes());
        } catch (InterruptedException e) {
            waiter.detach();
            answerFirst(waiter, Errno.EINTR);
            return;
        } catch (RuntimeException | Error e) {
            waiter.detach();
            answerFirst(waiter, Errno.EIO);
            report(waiter.opcode(), e);
            return;
        }
        try {
            waiter.loadInto(frame);
            Outcome outcome = attempt(frame, Patience.AGAIN);
            waiter.detach();
            if (outcome == Outcome.MUST_WAIT) {
                LOG.atError().addKeyValue("opcode", waiter.opcode()).log("a request would not wait when told to");
                frame.reply().error(Errno.EIO);
            }
            if (waiter.claim()) {
                finish(frame, Outcome.REPLY, waiter.startNanos());
            } else {
                undo.undo(waiter.opcode(), frame.request().inode(), frame.reply());
            }
        } finally {
            frames.giveBack(frame);
        }
    }

    private void finish(FuseFrame frame, Outcome outcome, long startNanos) {
        FuseRequest request = frame.request();
        FuseReply reply = frame.reply();
        boolean failed = false;
        if (outcome == Outcome.REPLY) {
            failed = reply.failed();
            reply.finish(request.unique());
            if (!channel.write(frame.memory(), FuseReply.HEADER, reply.bytes())) {
                undo.undo(request.opcode(), request.inode(), reply);
            }
        }
        counters.answeredSince(Opcode.operation(request.opcode()), startNanos, failed);
    }

    private void answerFirst(WaitingRequest waiter, Errno errno) {
        if (waiter.claim()) {
            answer(waiter, errno);
        }
    }

    /** Answers a waiting request by an error, without the frame that its thread may be writing to. */
    private void answer(WaitingRequest waiter, Errno errno) {
        frames.withSpare(frame -> {
            waiter.loadInto(frame);
            frame.reply().error(errno);
            finish(frame, Outcome.REPLY, waiter.startNanos());
        });
    }
}
