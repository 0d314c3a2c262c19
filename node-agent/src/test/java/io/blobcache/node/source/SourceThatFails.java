package io.blobcache.node.source;

import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A source that answers each question with a failure, or with nothing of interest. */
public final class SourceThatFails implements Source {
    public final AtomicInteger asked = new AtomicInteger();
    private final String name;
    private final Callable<? extends @Nullable BlobException> failure;

    /** @param failure asked each time; {@code null} is an answer */
    public SourceThatFails(String name, Callable<? extends @Nullable BlobException> failure) {
        this.name = name;
        this.failure = failure;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void check() throws BlobException {
        answer();
    }

    @Override
    public ListingPage list(String directory, String afterToken) throws BlobException {
        answer();
        return new ListingPage(List.of(), "");
    }

    @Override
    public SourceEntry stat(String path) throws BlobException {
        answer();
        return new SourceEntry.Directory(path, Instant.EPOCH);
    }

    @Override
    public void read(Blob blob, long offset, int length, MemorySegment into, Progress progress) throws BlobException {
        answer();
    }

    @Override
    public void close() {}

    private void answer() throws BlobException {
        asked.incrementAndGet();
        BlobException thrown;
        try {
            thrown = failure.call();
        } catch (Exception e) {
            throw new BlobException.Interrupted(String.valueOf(e.getMessage()));
        }
        if (thrown != null) {
            throw thrown;
        }
    }
}
