package io.blobcache.node.warmup;

import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.ListingPage;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceEntry;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A tree of files in a map, two entries a page, that notes what is read of it. */
final class WarmSource implements Source {
    private static final int PAGE_ENTRIES = 2;

    final List<String> reads = new CopyOnWriteArrayList<>();
    final List<String> lists = new CopyOnWriteArrayList<>();

    /** Paths whose reads fail. */
    final Set<String> failing = ConcurrentHashMap.newKeySet();

    /** While not null, reads wait for it. */
    volatile @Nullable CountDownLatch gate;

    private final Map<String, SourceEntry.File> files = new TreeMap<>();

    synchronized WarmSource file(String path, String version, long length) {
        files.put(path, new SourceEntry.File(path, version, length, Instant.EPOCH, false));
        return this;
    }

    @Override
    public String name() {
        return "test://warm";
    }

    @Override
    public void check() {}

    @Override
    public synchronized ListingPage list(String directory, String afterToken) {
        lists.add(directory);
        String prefix = directory.isEmpty() ? "" : directory + "/";
        TreeSet<String> names = new TreeSet<>();
        for (String path : files.keySet()) {
            if (path.startsWith(prefix)) {
                names.add(path.substring(prefix.length()).replaceFirst("/.*", "/"));
            }
        }
        List<SourceEntry> page = new ArrayList<>();
        String last = "";
        for (String name : names.tailSet(afterToken, afterToken.isEmpty())) {
            if (page.size() == PAGE_ENTRIES) {
                return new ListingPage(page, last);
            }
            last = name;
            SourceEntry.File file = files.get(prefix + name);
            page.add(file == null ? new SourceEntry.Directory(prefix + name.replace("/", ""), Instant.EPOCH) : file);
        }
        return new ListingPage(page, "");
    }

    @Override
    public synchronized SourceEntry stat(String path) throws BlobException {
        SourceEntry.File file = files.get(path);
        if (file != null) {
            return file;
        }
        if (files.keySet().stream().anyMatch(other -> other.startsWith(path + "/"))) {
            return new SourceEntry.Directory(path, Instant.EPOCH);
        }
        throw new BlobException.NotFound(path + " does not exist");
    }

    @Override
    public void read(Blob blob, long offset, int length, MemorySegment into, Progress progress) throws BlobException {
        reads.add(blob.path() + "+" + offset);
        CountDownLatch closed = gate;
        if (closed != null) {
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BlobException.Interrupted("test");
            }
        }
        if (failing.contains(blob.path())) {
            throw new BlobException.Unavailable("scripted failure", null);
        }
        SourceEntry.File now = (SourceEntry.File) stat(blob.path());
        if (!now.version().equals(blob.version())) {
            throw new BlobException.Changed(blob.path() + " changed");
        }
        into.asSlice(0, length).fill((byte) blob.path().length());
        progress.arrived(length);
    }

    @Override
    public void close() {}
}
