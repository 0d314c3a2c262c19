package io.blobcache.node.tier;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.ListingPage;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceEntry;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** A source of one content for every blob that counts its reads, fails on demand and lets bytes through one by one. */
public final class ScriptedSource implements Source {
    private final byte[] content;
    public final AtomicInteger reads = new AtomicInteger();
    final List<String> ranges = new CopyOnWriteArrayList<>();
    public volatile boolean failing;

    /** So many reads bring a wrong last byte. */
    final AtomicInteger spoiled = new AtomicInteger();

    /** When set, a permit is taken for each piece of {@link #pieceBytes} before it arrives. */
    public volatile boolean gated;

    public final Semaphore gate = new Semaphore(0);
    static final int pieceBytes = 64 << 10;

    public ScriptedSource(byte[] content) {
        this.content = content.clone();
    }

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public void check() {}

    @Override
    public ListingPage list(String directory, String afterToken) {
        return new ListingPage(List.of(), "");
    }

    @Override
    public SourceEntry stat(String path) throws BlobException {
        throw new BlobException.NotFound(path);
    }

    @Override
    public void read(Blob blob, long offset, int length, MemorySegment into, Progress progress) throws BlobException {
        reads.incrementAndGet();
        ranges.add(offset + "+" + length);
        if (failing) {
            throw new BlobException.Unavailable("scripted failure", null);
        }
        int done = 0;
        while (done < length) {
            if (gated) {
                gate.acquireUninterruptibly();
            }
            int piece = Math.min(pieceBytes, length - done);
            MemorySegment.copy(content, Math.toIntExact(offset) + done, into, JAVA_BYTE, done, piece);
            done += piece;
            if (done == length && spoiled.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                into.set(JAVA_BYTE, length - 1L, (byte) ~into.get(JAVA_BYTE, length - 1L));
            }
            progress.arrived(done);
        }
    }

    @Override
    public void close() {}
}
