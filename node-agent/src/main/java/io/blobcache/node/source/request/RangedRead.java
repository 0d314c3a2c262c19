package io.blobcache.node.source.request;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.blobcache.node.config.SourceConfig;
import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.Source.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Reads ranges of blobs over HTTP into memory. A response is written only after {@link RangeCheck} found that it is
 * the range asked for; an attempt that breaks is resumed at the byte it reached, under the condition of the same
 * version. Nothing is held but one buffer a request. Thread-safe.
 */
public final class RangedRead {
    /** What one read of a socket brings at most: larger ones are cut by the JDK (NioSocketImpl, 128 KiB). */
    private static final int BUFFER_BYTES = 128 << 10;

    private final Retry retry;
    private final SourceCounters counters;
    private final BlockingQueue<byte[]> buffers;

    /** Asks for a range and checks the version; the body has not been read. */
    @FunctionalInterface
    public interface Opener {
        RangeResponse open(long offset, int length) throws AttemptFailure;
    }

    public RangedRead(SourceConfig config, Retry retry, SourceCounters counters) {
        this.retry = retry;
        this.counters = counters;
        this.buffers = new ArrayBlockingQueue<>(config.maxRequests());
    }

    /** As {@link io.blobcache.node.source.Source#read}. */
    public void read(
            String what, Blob blob, long offset, int length, MemorySegment into, Progress progress, Opener opener)
            throws BlobException {
        if (offset < 0 || length < 0 || offset + length > blob.lengthBytes()) {
            throw new IllegalArgumentException(
                    "%s: bytes %d+%d are not within %d".formatted(what, offset, length, blob.lengthBytes()));
        }
        if (length == 0) {
            return;
        }
        Transfer transfer = new Transfer(what, blob, offset, length, into, progress);
        retry.call(what, length, deadline -> {
            transfer.attempt(opener, deadline);
            return transfer;
        });
    }

    /** One call: how far its attempts have come. Belongs to the thread that reads. */
    private final class Transfer {
        private final String what;
        private final Blob blob;
        private final long offset;
        private final int length;
        private final MemorySegment into;
        private final Progress progress;
        private int arrived;

        Transfer(String what, Blob blob, long offset, int length, MemorySegment into, Progress progress) {
            this.what = what;
            this.blob = blob;
            this.offset = offset;
            this.length = length;
            this.into = into;
            this.progress = progress;
        }

        void attempt(Opener opener, Deadline deadline) throws AttemptFailure {
            long from = offset + arrived;
            int left = length - arrived;
            RangeResponse response = opener.open(from, left);
            boolean reusable = false;
            try {
                long skip = RangeCheck.bytesToSkip(what, blob, from, left, response);
                skip(response.body(), skip, deadline);
                pump(response.body(), deadline);
                reusable = skip == 0 && response.contentLength() == left;
            } catch (IOException e) {
                throw counted(Failures.ofNetwork(what, e));
            } finally {
                end(response, reusable);
            }
        }

        private void pump(InputStream body, Deadline deadline) throws IOException, AttemptFailure {
            byte[] pooled = buffers.poll();
            byte[] buffer = pooled == null ? new byte[BUFFER_BYTES] : pooled;
            try {
                while (arrived < length) {
                    int count = some(body, buffer, length - arrived, deadline);
                    MemorySegment.copy(buffer, 0, into, JAVA_BYTE, arrived, count);
                    counters.readBytes.add(count);
                    arrived += count;
                    progress.arrived(arrived);
                }
            } finally {
                // A full queue means that more buffers were made than are kept: this one is dropped.
                boolean kept = buffers.offer(buffer);
                assert kept || buffers.remainingCapacity() == 0;
            }
        }

        /** For a server that sent the whole blob: exact, because its length and version are those of the blob. */
        private void skip(InputStream body, long bytes, Deadline deadline) throws IOException, AttemptFailure {
            if (bytes == 0) {
                return;
            }
            byte[] buffer = new byte[BUFFER_BYTES];
            long left = bytes;
            while (left > 0) {
                left -= some(body, buffer, left, deadline);
            }
        }

        private int some(InputStream body, byte[] buffer, long left, Deadline deadline)
                throws IOException, AttemptFailure {
            int count = body.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (count < 0) {
                counters.request("truncated");
                throw AttemptFailure.retryable(new BlobException.Unavailable(
                        "%s: the response ended after %d of %d bytes".formatted(what, arrived, length), null));
            }
            if (deadline.expired()) {
                counters.request("timeout");
                throw AttemptFailure.last(new BlobException.TimedOut(
                        "%s: too slow: %d of %d bytes at the deadline".formatted(what, arrived, length), null));
            }
            if (Thread.currentThread().isInterrupted()) {
                throw AttemptFailure.last(new BlobException.Interrupted(what + ": interrupted"));
            }
            return count;
        }
    }

    private AttemptFailure counted(Failures.Classified classified) {
        counters.request(classified.code());
        return classified.failure();
    }

    /** A connection with unread bytes on it is closed: reading them to reuse it may take longer than a new one. */
    private static void end(RangeResponse response, boolean reusable) {
        if (!reusable) {
            response.body().abort();
            return;
        }
        try {
            response.body().close();
        } catch (IOException e) {
            // All bytes are here; the client closes the connection.
            response.body().abort();
        }
    }
}
