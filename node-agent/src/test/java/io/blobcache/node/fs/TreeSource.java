package io.blobcache.node.fs;

import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.ListingPage;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceEntry;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An object store in a map, listed as S3 does: by the bytes of the keys, with a directory where a slash comes. */
class TreeSource implements Source {
    static final Instant MODIFIED = Instant.parse("2026-01-02T03:04:05.006Z");

    final AtomicInteger lists = new AtomicInteger();
    final AtomicInteger stats = new AtomicInteger();
    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger mostRunning = new AtomicInteger();
    volatile int pageEntries = 1000;
    volatile long delayMillis;
    volatile @Nullable BlobException failure;

    /** While not null, calls wait for it. */
    volatile @Nullable CountDownLatch gate;

    private final TreeMap<byte[], SourceEntry> byKey = new TreeMap<>(Arrays::compareUnsigned);

    synchronized TreeSource file(String key, String version, long length) {
        byKey.put(bytes(key), new SourceEntry.File(key, version, length, MODIFIED, false));
        return this;
    }

    synchronized TreeSource entry(String key, SourceEntry entry) {
        byKey.put(bytes(key), entry);
        return this;
    }

    synchronized TreeSource link(String key, String target) {
        byKey.put(bytes(key), new SourceEntry.Symlink(key, target, MODIFIED));
        return this;
    }

    synchronized void remove(String key) {
        byKey.remove(bytes(key));
    }

    synchronized Map<byte[], SourceEntry> keys() {
        return new TreeMap<>(byKey);
    }

    @Override
    public String name() {
        return "test://tree";
    }

    @Override
    public void check() {}

    @Override
    public ListingPage list(String directory, String afterToken) throws BlobException {
        lists.incrementAndGet();
        enter();
        try {
            return page(directory, afterToken);
        } finally {
            running.decrementAndGet();
        }
    }

    @Override
    public SourceEntry stat(String path) throws BlobException {
        stats.incrementAndGet();
        enter();
        try {
            return standing(path);
        } finally {
            running.decrementAndGet();
        }
    }

    @Override
    public void read(Blob blob, long offset, int length, MemorySegment into, Progress progress) {
        throw new AssertionError("the name space reads no content");
    }

    @Override
    public void close() {}

    private void enter() throws BlobException {
        mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
        try {
            CountDownLatch closedGate = gate;
            if (closedGate != null) {
                closedGate.await();
            }
            if (delayMillis > 0) {
                Thread.sleep(delayMillis);
            }
        } catch (InterruptedException e) {
            running.decrementAndGet();
            throw new BlobException.Interrupted("test");
        }
        BlobException failing = failure;
        if (failing != null) {
            running.decrementAndGet();
            throw failing;
        }
    }

    /** The directory wins over a file of its name, as the contract of the name space has it. */
    private synchronized SourceEntry standing(String path) throws BlobException {
        byte[] below = bytes(path + "/");
        byte[] next = byKey.ceilingKey(below);
        if (next != null && startsWith(next, below)) {
            return new SourceEntry.Directory(path, Instant.EPOCH);
        }
        SourceEntry entry = byKey.get(bytes(path));
        if (entry == null) {
            throw new BlobException.NotFound(path);
        }
        return entry;
    }

    private synchronized ListingPage page(String directory, String afterToken) throws BlobException {
        String prefixText = directory.isEmpty() ? "" : directory + "/";
        byte[] prefix = bytes(prefixText);
        // A token is the last key or common prefix given, as text in Latin-1 so that any bytes survive.
        byte[] after = afterToken.isEmpty() ? prefix : afterToken.getBytes(StandardCharsets.ISO_8859_1);
        List<SourceEntry> entries = new ArrayList<>();
        byte[] at = afterToken.isEmpty() ? byKey.ceilingKey(prefix) : next(after, prefix);
        boolean any = at != null && startsWith(at, prefix);
        if (afterToken.isEmpty() && !any && !directory.isEmpty()) {
            throw new BlobException.NotFound(directory);
        }
        byte[] last = after;
        while (at != null && startsWith(at, prefix) && entries.size() < pageEntries) {
            last = add(entries, at, prefix);
            at = next(last, prefix);
        }
        boolean more = at != null && startsWith(at, prefix);
        return new ListingPage(entries, more ? new String(last, StandardCharsets.ISO_8859_1) : "");
    }

    private byte[] add(List<SourceEntry> entries, byte[] key, byte[] prefix) {
        for (int i = prefix.length; i < key.length; i++) {
            if (key[i] == '/') {
                byte[] common = Arrays.copyOf(key, i + 1);
                entries.add(new SourceEntry.Directory(new String(common, 0, i, StandardCharsets.UTF_8), Instant.EPOCH));
                return common;
            }
        }
        SourceEntry entry = byKey.get(key);
        if (entry != null && key.length > prefix.length) {
            entries.add(entry);
        }
        return key;
    }

    /** The first key after another, or after all that a common prefix (ending in a slash) stands for. */
    private byte @Nullable [] next(byte[] last, byte[] prefix) {
        if (last.length > prefix.length && last[last.length - 1] == '/') {
            byte[] behind = last.clone();
            behind[behind.length - 1]++;
            return byKey.ceilingKey(behind);
        }
        return byKey.higherKey(last);
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }
}
