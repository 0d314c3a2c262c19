package io.blobcache.node.source.directory;

import io.blobcache.node.config.SourceConfig;
import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.posix.Beneath;
import io.blobcache.node.posix.Errno;
import io.blobcache.node.posix.Posix;
import io.blobcache.node.posix.PosixException;
import io.blobcache.node.source.ListingPage;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceAddress;
import io.blobcache.node.source.SourceEntry;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A directory of a mounted file system. No link below it is ever followed: the kernel refuses to. Links are entries,
 * devices, sockets and fifos are not there. Links of its own path are followed, within its volume if it has one. The file
 * system has its own retries; an error of it is final here.
 */
public final class DirectorySource implements Source {
    private final SourceAddress.Directory address;
    private final SourceCounters counters;
    private final Blocking blocking;
    private final Listings listings = new Listings();

    /** Work in a directory below the root. */
    @FunctionalInterface
    private interface In<T extends @Nullable Object> {
        T run(int directoryFd) throws PosixException;
    }

    public DirectorySource(SourceAddress.Directory address, SourceConfig config, SourceCounters counters) {
        this.address = address;
        this.counters = counters;
        this.blocking = new Blocking(config.maxRequests());
    }

    @Override
    public String name() {
        return address.name();
    }

    @Override
    public void check() throws BlobException {
        try {
            list("", "");
        } catch (BlobException.NotFound e) {
            throw new BlobException.NotFound(name() + " is not a directory: check the path");
        }
    }

    @Override
    public ListingPage list(String directory, String afterToken) throws BlobException {
        String what = named("list", directory);
        return in(what, directory, fd -> {
            Listings.Page page = listings.page(directory, fd, afterToken);
            List<SourceEntry> entries = new ArrayList<>(page.keys().size());
            for (String key : page.keys()) {
                SourceEntry entry = entry(directory, fd, key);
                if (entry != null) {
                    entries.add(entry);
                }
            }
            return new ListingPage(entries, page.nextToken());
        });
    }

    /** @return {@code null} if it is gone since its name was read, or is nothing that we show */
    private static @Nullable SourceEntry entry(String directory, int fd, String key) throws PosixException {
        String name = key.endsWith("/") ? key.substring(0, key.length() - 1) : key;
        try {
            return Entries.of(fd, name, directory.isEmpty() ? name : directory + "/" + name);
        } catch (PosixException e) {
            if (e.errno() == Errno.ENOENT) {
                return null;
            }
            throw e;
        }
    }

    @Override
    public SourceEntry stat(String path) throws BlobException {
        String what = named("stat", path);
        if (path.isEmpty()) {
            return in(
                    what,
                    "",
                    fd -> new SourceEntry.Directory("", Beneath.status(fd).modified()));
        }
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        if (name.isEmpty() || name.equals(".") || name.equals("..") || path.indexOf('\0') >= 0) {
            throw new BlobException.NotFound(what + ": not found");
        }
        String parent = slash < 0 ? "" : path.substring(0, slash);
        SourceEntry entry = this.<@Nullable SourceEntry>in(what, parent, fd -> Entries.of(fd, name, path));
        if (entry == null) {
            throw new BlobException.NotFound(what + ": neither a file nor a directory nor a link");
        }
        return entry;
    }

    @Override
    public void read(Blob blob, long offset, int length, MemorySegment into, Progress progress) throws BlobException {
        String what = named("read", blob.path());
        FileRead read = new FileRead(what, blob, counters);
        blocking.call(what, stop -> {
            int root = -1;
            int file = -1;
            try {
                root = root(what);
                file = Beneath.openFile(root, blob.path());
                read.run(file, offset, length, into, progress, stop);
                counters.request("ok");
                return read;
            } catch (PosixException e) {
                throw failed(what, e);
            } finally {
                close(file);
                close(root);
            }
        });
    }

    private <T extends @Nullable Object> T in(String what, String directory, In<T> work) throws BlobException {
        return blocking.call(what, _ -> {
            int root = -1;
            int fd = -1;
            try {
                root = root(what);
                fd = Beneath.openDirectory(root, directory);
                T result = work.run(fd);
                counters.request("ok");
                return result;
            } catch (PosixException e) {
                throw failed(what, e);
            } finally {
                close(fd);
                close(root);
            }
        });
    }

    /** Opened anew for each request: a volume may be mounted again, and a link in it may lead elsewhere since. */
    private int root(String what) throws PosixException, BlobException {
        Path within = address.within();
        if (within == null) {
            return Beneath.root(address.path().toString());
        }
        int volume = Beneath.root(within.toString());
        try {
            return Beneath.root(volume, within.relativize(address.path()).toString());
        } catch (PosixException e) {
            if (e.errno() == Errno.EXDEV) {
                counters.request(e.errno().name());
                throw new BlobException.Unavailable(what + ": a link in its path leads out of " + within, e);
            }
            throw e;
        } finally {
            close(volume);
        }
    }

    private BlobException failed(String what, PosixException e) {
        counters.request(e.errno().name());
        return DirectoryFailures.of(what, e);
    }

    private static void close(int fd) {
        if (fd >= 0) {
            // Nothing was written: closing cannot lose anything.
            Posix.close(fd);
        }
    }

    @Override
    public void close() {
        blocking.close();
    }

    private String named(String operation, String path) {
        return operation + " " + (path.isEmpty() ? name() : name() + "/" + path);
    }
}
