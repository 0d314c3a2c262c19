package io.blobcache.node.source;

import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import java.lang.foreign.MemorySegment;

/**
 * A source that remembers why it gave no answer last, for who looks after it. What is asked and answered passes unchanged.
 * Thread-safe.
 */
public final class WatchedSource implements Source {
    private static final int MAX_FAILURE_CHARACTERS = 300;

    private final Source source;
    private volatile String failure = "has not answered yet";
    private volatile boolean refused;

    public WatchedSource(Source source) {
        this.source = source;
    }

    /** In one line; empty if it gave its last answer, be it that there is no such path. */
    public String failure() {
        return failure;
    }

    /**
     * Whether a check would tell something new: it gave no answer last, or has refused something since it was checked. That
     * may be the one path that was asked for, or all of them because its credentials were revoked.
     */
    public boolean doubtful() {
        return refused || !failure.isEmpty();
    }

    @Override
    public String name() {
        return source.name();
    }

    @Override
    public String identity() {
        return source.identity();
    }

    /** Unlike a single path that is missing or refused, a source that is missing or refuses everything is a failure. */
    @Override
    public void check() throws BlobException {
        refused = false;
        try {
            source.check();
            failure = "";
        } catch (BlobException.Interrupted e) {
            throw e;
        } catch (BlobException e) {
            remember(e);
            throw e;
        }
    }

    @Override
    public ListingPage list(String directory, String afterToken) throws BlobException {
        return watched(() -> source.list(directory, afterToken));
    }

    @Override
    public boolean listsAll(String directory) {
        return source.listsAll(directory);
    }

    @Override
    public SourceEntry stat(String path) throws BlobException {
        return watched(() -> source.stat(path));
    }

    @Override
    public void read(Blob blob, long offset, int length, MemorySegment into, Progress progress) throws BlobException {
        watched(() -> {
            source.read(blob, offset, length, into, progress);
            return length;
        });
    }

    @Override
    public void close() {
        source.close();
    }

    @FunctionalInterface
    private interface Asking<T> {
        T ask() throws BlobException;
    }

    private <T> T watched(Asking<T> asking) throws BlobException {
        try {
            T answer = asking.ask();
            failure = "";
            return answer;
        } catch (BlobException.Unavailable | BlobException.TimedOut e) {
            remember(e);
            throw e;
        } catch (BlobException.Denied e) {
            refused = true;
            throw e;
        }
    }

    private void remember(BlobException e) {
        String line = String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}", "?");
        failure = line.length() > MAX_FAILURE_CHARACTERS ? line.substring(0, MAX_FAILURE_CHARACTERS) : line;
    }
}
