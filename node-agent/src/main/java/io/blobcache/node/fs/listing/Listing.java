package io.blobcache.node.fs.listing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.blobcache.node.fuse.Patience;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.ListingPage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One snapshot of a directory, perhaps still arriving: what is in it never changes, more only comes after it. Whoever
 * uses it holds a claim; the last one to let go frees its memory and file. Thread-safe; one thread at a time fills it.
 *
 * <p>It is filled page by page for as long as somebody wants all of it, or up to the pages granted.
 */
public final class Listing implements AutoCloseable {
    /** A page that failed is not asked for again within this time: a storm of readers is one request a second. */
    private static final long FAILURE_PAUSE_MILLIS = 1000;

    /** 64 records of a usual length. */
    private static final int LOOKUP_BYTES = 8 << 10;

    private final String directory;
    private final long sequence;
    private final Spool spool;

    /** Gone when all has arrived; used by the thread that fills. */
    private @Nullable ListingWriter writer;

    private final InstantSource clock;
    private final AtomicInteger claims = new AtomicInteger(1);
    private final Object lock = new Object();

    private volatile State state;

    /** Up to where readers need not wait; beyond everything once all is here. */
    private volatile long announcedBytes;

    private volatile byte @Nullable [] digest;

    @GuardedBy("lock")
    private String nextToken = "";

    @GuardedBy("lock")
    private boolean filling;

    @GuardedBy("lock")
    private boolean broken;

    @GuardedBy("lock")
    private int wanting;

    @GuardedBy("lock")
    private int grantedPages;

    /** What can be read; replaced as a whole with each page. */
    private record State(
            long bytes,
            ListingIndex index,
            int pages,
            boolean complete,
            boolean ordered,
            long beganMillis,
            long arrivedMillis,
            @Nullable BlobException failure,
            long failedMillis) {}

    /** @param sequence differs from that of every other listing of this process */
    Listing(String directory, long sequence, Spool spool, ListingWriter writer, InstantSource clock) {
        this.directory = directory;
        this.sequence = sequence;
        this.spool = spool;
        this.writer = writer;
        this.clock = clock;
        long now = clock.millis();
        this.state = new State(0, ListingIndex.EMPTY, 0, false, true, now, now, null, 0);
    }

    public String directory() {
        return directory;
    }

    /** Names this snapshot; equal numbers mean equal entries at equal offsets. */
    public long sequence() {
        return sequence;
    }

    public boolean complete() {
        return state.complete;
    }

    /** When the source was first asked: no entry is older. */
    public long beganMillis() {
        return state.beganMillis;
    }

    /** When the last page arrived, or was found to be the same again. */
    public long arrivedMillis() {
        return state.arrivedMillis;
    }

    /** Whether it can be believed: young, or still arriving. */
    boolean freshAt(long nowMillis, long ttlMillis) {
        State now = state;
        if (now.failure != null) {
            return false;
        }
        long age = nowMillis - now.arrivedMillis;
        return (age >= 0 && age < ttlMillis) || (!now.complete && filling());
    }

    /** @return {@code false} if it has been freed; a claim is given back by {@link #close} */
    public boolean retain() {
        return claims.getAndUpdate(n -> n == 0 ? 0 : n + 1) != 0;
    }

    @Override
    public void close() {
        int left = claims.decrementAndGet();
        if (left < 0) {
            throw new IllegalStateException("closed more often than claimed");
        }
        if (left == 0) {
            spool.close();
        }
    }

    /** A cursor over what has arrived from {@code offset} on. The caller holds a claim as long as it is used. */
    public EntryCursor from(long offset) {
        return new EntryCursor(spool, offset, state.bytes);
    }

    /** Whether a record starts at {@code offset}, or the listing ends there: a cookie can be anything. */
    public boolean startsRecord(long offset) throws IOException {
        State now = state;
        if (offset < 0 || offset > now.bytes) {
            return false;
        }
        if (offset == 0 || offset == now.bytes) {
            return true;
        }
        EntryCursor cursor = new EntryCursor(spool, now.index.floor(offset), now.bytes);
        while (cursor.next()) {
            if (cursor.offset() >= offset) {
                return cursor.offset() == offset;
            }
        }
        return false;
    }

    /** What this snapshot says of a name. The caller holds a claim. */
    public Lookup find(String name) throws IOException {
        State now = state;
        if (!now.ordered) {
            return Lookup.UNKNOWN;
        }
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        EntryCursor cursor = seek(now, bytes);
        while (cursor.next()) {
            int order = cursor.compareName(bytes);
            if (order == 0) {
                return new Lookup.Present(cursor.entry());
            }
            if (order > 0) {
                return Lookup.ABSENT;
            }
        }
        return now.complete ? Lookup.ABSENT : Lookup.UNKNOWN;
    }

    /** A cursor that reaches a name's place within 64 steps; {@code null} if the entries are in no order. */
    public @Nullable EntryCursor seek(String name) {
        State now = state;
        return now.ordered ? seek(now, name.getBytes(StandardCharsets.UTF_8)) : null;
    }

    private EntryCursor seek(State now, byte[] name) {
        return new EntryCursor(spool, now.index.floor(name), now.bytes, LOOKUP_BYTES);
    }

    /**
     * Waits until there is a record at {@code offset} or the listing is known to end there.
     *
     * @return {@code false} if it would have to wait and must not
     */
    boolean awaitBeyond(long offset, Patience patience) throws BlobException {
        if (announcedBytes > offset) {
            return true;
        }
        synchronized (lock) {
            while (announcedBytes <= offset) {
                if (!filling) {
                    throw state.failure != null
                            ? state.failure
                            : new BlobException.Unavailable("nobody fills this listing", null);
                }
                if (patience == Patience.NONE) {
                    return false;
                }
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    throw new BlobException.Interrupted("waiting for a listing");
                }
            }
        }
        return true;
    }

    /** From now on it is filled to its end, until as many {@link #wantedNoMore}. */
    void wanted() {
        synchronized (lock) {
            wanting++;
        }
    }

    void wantedNoMore() {
        synchronized (lock) {
            wanting--;
        }
    }

    /** Lets it be filled to one page more than it has. */
    void grantPage() {
        synchronized (lock) {
            grantedPages = state.pages + 1;
        }
    }

    /** @return whether the caller is to fill it now, and holds a claim for that */
    boolean startFilling() {
        synchronized (lock) {
            boolean paused = state.failure != null && clock.millis() - state.failedMillis < FAILURE_PAUSE_MILLIS;
            if (filling || broken || paused || !hasWork() || !retain()) {
                return false;
            }
            filling = true;
            return true;
        }
    }

    /** @return the token to ask the next page with, or {@code null}: enough, the filling is over */
    @Nullable
    String nextToken() {
        synchronized (lock) {
            if (!hasWork()) {
                filling = false;
                lock.notifyAll();
                return null;
            }
            return nextToken;
        }
    }

    /** Takes a page in. Who waits for it waits until {@link #announce}, so that it has its place on the shelf by then. */
    void append(ListingPage page) throws IOException {
        ListingWriter filled = writer;
        if (filled == null) {
            throw new IllegalStateException("a page after the last");
        }
        filled.append(page);
        if (page.last()) {
            digest = filled.digest();
            writer = null;
        }
        long now = clock.millis();
        synchronized (lock) {
            nextToken = page.nextToken();
            state = new State(
                    spool.length(),
                    filled.index(),
                    state.pages + 1,
                    page.last(),
                    filled.ordered(),
                    state.beganMillis,
                    now,
                    null,
                    0);
        }
    }

    void announce() {
        synchronized (lock) {
            announcedBytes = state.complete ? Long.MAX_VALUE : state.bytes;
            lock.notifyAll();
        }
    }

    /** @param forGood whether what has been taken in is in doubt, so that no further page can be added */
    void failed(BlobException failure, boolean forGood) {
        State old = state;
        long now = clock.millis();
        synchronized (lock) {
            filling = false;
            broken |= forGood;
            state = new State(
                    old.bytes,
                    old.index,
                    old.pages,
                    false,
                    old.ordered,
                    old.beganMillis,
                    old.arrivedMillis,
                    failure,
                    now);
            lock.notifyAll();
        }
    }

    /** The source has just said the same again. */
    void confirmedBy(Listing younger) {
        synchronized (lock) {
            State old = state;
            state = new State(
                    old.bytes,
                    old.index,
                    old.pages,
                    old.complete,
                    old.ordered,
                    younger.beganMillis(),
                    younger.arrivedMillis(),
                    null,
                    0);
        }
    }

    boolean sameEntriesAs(Listing other) {
        byte[] mine = digest;
        byte[] others = other.digest;
        return mine != null && others != null && Arrays.equals(mine, others);
    }

    /** Whether nothing of it has been asked for. */
    boolean unbegun() {
        return !filling() && state.pages == 0;
    }

    boolean ordered() {
        return state.ordered;
    }

    /** What it costs to keep, in bytes of heap; a byte of file counts a 32nd, a file at least 128 KiB. */
    int weight() {
        long file = spool.inFile() ? Math.max(128 << 10, spool.length() / 32) : 0;
        return (int) Math.min(Integer.MAX_VALUE, 600 + spool.memoryBytes() + state.index.bytes() + file);
    }

    private boolean filling() {
        synchronized (lock) {
            return filling;
        }
    }

    @GuardedBy("lock")
    private boolean hasWork() {
        return !state.complete && (wanting > 0 || state.pages < grantedPages);
    }
}
