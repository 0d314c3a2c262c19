package io.blobcache.node.fs;

import io.blobcache.node.config.ListingConfig;
import io.blobcache.node.fuse.FuseEntry;
import io.blobcache.node.fuse.FuseException;
import io.blobcache.node.fuse.FuseFileSystem;
import io.blobcache.node.fuse.OpenedDirectory;
import io.blobcache.node.fuse.Patience;
import io.blobcache.node.metrics.NameCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.posix.Errno;
import io.blobcache.node.source.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A file system over a source as a test uses it: paths instead of inodes, a clock that stands, and error numbers. */
final class Mounted implements AutoCloseable, InstantSource {
    static final Instant CREATED = Instant.parse("2026-11-24T00:00:00Z");

    final NameCounters counters = new NameCounters();
    final AtomicLong nowMillis = new AtomicLong(1_000_000);
    final AtomicInteger openBlobs = new AtomicInteger();
    final List<Blob> opened = Collections.synchronizedList(new ArrayList<>());
    final BlobFileSystem files;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    Mounted(Source source, Path state) {
        this(source, state, ListingConfig.DEFAULT);
    }

    Mounted(Source source, Path state, ListingConfig config) {
        try {
            files = new BlobFileSystem(
                    source, this::reader, state, () -> config, CREATED, this, executor, counters, new Owner(7, 8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(nowMillis.get());
    }

    void pass(long millis) {
        nowMillis.addAndGet(millis);
    }

    FuseEntry lookup(String path) throws FuseException {
        long inode = FuseFileSystem.ROOT_INODE;
        FuseEntry entry = new FuseEntry(inode, files.attributes(inode, Patience.WAIT));
        for (String name : path.split("/", -1)) {
            FuseEntry next = files.lookup(entry.inode(), name, Patience.WAIT);
            if (next == null) {
                throw new AssertionError("a patient lookup answered null");
            }
            entry = next;
        }
        return entry;
    }

    /** The error number of a lookup that fails. */
    Errno lookupError(String path) {
        return errorOf(() -> lookup(path));
    }

    static Errno errorOf(Failing call) {
        try {
            call.run();
        } catch (FuseException e) {
            return e.errno();
        }
        throw new AssertionError("it did not fail");
    }

    OpenedDirectory openDirectory(long inode) throws FuseException {
        OpenedDirectory directory = files.openDirectory(inode, Patience.WAIT);
        if (directory == null) {
            throw new AssertionError("a patient opendir answered null");
        }
        return directory;
    }

    /** Reads all of a directory, so many entries at a time. */
    List<Listed.Item> list(long inode, boolean attributes, int capacity) throws FuseException {
        long handle = openDirectory(inode).handle();
        try {
            return readAll(handle, 0, attributes, capacity);
        } finally {
            files.releaseDirectory(handle);
        }
    }

    List<Listed.Item> readAll(long handle, long cookie, boolean attributes, int capacity) throws FuseException {
        List<Listed.Item> all = new ArrayList<>();
        long at = cookie;
        while (true) {
            Listed listed = new Listed(attributes, capacity);
            if (!files.readDirectory(handle, at, listed, Patience.WAIT)) {
                throw new AssertionError("a patient readdir answered false");
            }
            if (listed.items.isEmpty()) {
                return all;
            }
            all.addAll(listed.items);
            at = listed.items.getLast().nextCookie();
        }
    }

    /** Names without the dots, in the order of the listing. */
    List<String> names(String path) throws FuseException {
        long inode = path.isEmpty() ? FuseFileSystem.ROOT_INODE : lookup(path).inode();
        return list(inode, false, 1000).stream().skip(2).map(Listed.Item::name).toList();
    }

    @Override
    public void close() {
        files.close();
        executor.shutdownNow();
    }

    private BlobReader.OpenBlob reader(Blob blob, Patience patience) {
        openBlobs.incrementAndGet();
        opened.add(blob);
        return new FakeBlob(openBlobs);
    }

    /** Bytes that are their own offset. */
    private record FakeBlob(AtomicInteger open) implements BlobReader.OpenBlob {
        @Override
        public int read(long offset, int length, MemorySegment into, long intoOffset, Patience patience) {
            for (int i = 0; i < length; i++) {
                into.set(java.lang.foreign.ValueLayout.JAVA_BYTE, intoOffset + i, (byte) (offset + i));
            }
            return length;
        }

        @Override
        public int backingFd() {
            return -1;
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }

    @FunctionalInterface
    interface Failing {
        void run() throws FuseException;
    }
}
