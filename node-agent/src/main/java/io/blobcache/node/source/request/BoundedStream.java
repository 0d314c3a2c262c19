package io.blobcache.node.source.request;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;

/** A response that is read whole, such as a listing: ends with an error when it is too long or takes too long. */
public final class BoundedStream extends FilterInputStream {
    private final Deadline deadline;
    private long left;

    public BoundedStream(InputStream in, long maxBytes, Deadline deadline) {
        super(in);
        this.left = maxBytes;
        this.deadline = deadline;
    }

    @Override
    public int read() throws IOException {
        int value = in.read();
        count(value < 0 ? 0 : 1);
        return value;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int count = in.read(into, offset, length);
        count(Math.max(count, 0));
        return count;
    }

    static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1;

        TooLongException() {
            super("the answer is longer than allowed");
        }
    }

    private void count(int bytes) throws IOException {
        left -= bytes;
        if (left < 0) {
            throw new TooLongException();
        }
        if (deadline.expired()) {
            throw new SocketTimeoutException("the answer is not complete at the deadline");
        }
    }
}
