package io.blobcache.node.fs;

import io.blobcache.node.config.ListingConfig;
import io.blobcache.node.fs.listing.Entry;
import io.blobcache.node.fs.listing.Listings;
import io.blobcache.node.fs.listing.NameRules;
import io.blobcache.node.fs.listing.OpenListing;
import io.blobcache.node.fs.listing.ReachabilityBySource;
import io.blobcache.node.fs.names.Known;
import io.blobcache.node.fs.names.NameSpace;
import io.blobcache.node.fs.names.Stats;
import io.blobcache.node.fs.names.WalkAhead;
import io.blobcache.node.fuse.DirectorySink;
import io.blobcache.node.fuse.FileType;
import io.blobcache.node.fuse.FuseAttributes;
import io.blobcache.node.fuse.FuseEntry;
import io.blobcache.node.fuse.FuseException;
import io.blobcache.node.fuse.FuseFileSystem;
import io.blobcache.node.fuse.FuseStatistics;
import io.blobcache.node.fuse.OpenedDirectory;
import io.blobcache.node.fuse.OpenedFile;
import io.blobcache.node.fuse.Patience;
import io.blobcache.node.metrics.NameCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.posix.Errno;
import io.blobcache.node.source.Source;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A source as a read-only file system. It knows three things: which inodes the kernel knows ({@link InodeTable}), what
 * stands at a path ({@link NameSpace}, {@link Listings}), and what is open ({@link HandleTable}). Thread-safe.
 *
 * <p>An inode is one version of a file. So its attributes never change and are never asked for again, an open file is
 * always what it was, and a change in the source shows as another inode under the old name: as soon as the kernel asks
 * for the name again, or, with ESTALE, when it opens the old one, upon which it asks for the name again by itself.
 */
public final class BlobFileSystem implements FuseFileSystem, AutoCloseable, DirectoryHandle.KernelEntries {
    /** 140 MB of heap. Beyond it, listings give names without attributes, which the kernel need not remember. */
    private static final long MAX_LISTED_INODES = 1_000_000;

    /** 2^31 blocks of the smallest size, 2 PiB: a longer file is shown, but its blocks cannot be counted. */
    private static final long MAX_OPEN_BYTES = (long) Integer.MAX_VALUE << 20;

    private final Source source;
    private final BlobReader reader;
    private final Supplier<ListingConfig> config;
    private final InstantSource clock;
    private final NameCounters counters;
    private final int userId;
    private final int groupId;
    private final Listings listings;
    private final ReachabilityBySource reachability;
    private final NameSpace names;
    private final WalkAhead walkAhead;
    private final FilesAhead filesAhead;
    private final InodeTable inodes;
    private final HandleTable<BlobHandle> files = new HandleTable<>();
    private final HandleTable<DirectoryHandle> directories = new HandleTable<>();

    /**
     * @param state         directory of this mount alone; {@code listings} below it is made and emptied
     * @param directoryTime modification time of the root, and of directories that have none in the source
     * @param executor      starts a thread for each task; tasks wait for the source
     * @param owner         owner of every file
     * @throws IOException if the state directory cannot be used
     */
    public BlobFileSystem(
            Source source,
            BlobReader reader,
            Path state,
            Supplier<ListingConfig> config,
            Instant directoryTime,
            InstantSource clock,
            Executor executor,
            NameCounters counters,
            Owner owner)
            throws IOException {
        this.source = source;
        this.reader = reader;
        this.config = config;
        this.clock = clock;
        this.counters = counters;
        this.userId = owner.userId();
        this.groupId = owner.groupId();
        this.reachability = new ReachabilityBySource(source, clock, counters);
        Path files = Files.createDirectories(state.resolve("listings"));
        this.listings = new Listings(source, files, config, directoryTime, clock, executor, counters, reachability);
        Stats stats = new Stats(source, config, directoryTime, clock, executor, counters, reachability);
        this.names = new NameSpace(listings, stats, config, clock, counters, reachability);
        this.walkAhead = new WalkAhead(listings);
        this.filesAhead = new FilesAhead(listings, source, reader.ahead(), executor);
        this.inodes = new InodeTable(DirectoryInode.root(Entry.nanos(directoryTime)));
    }

    @Override
    public @Nullable FuseEntry lookup(long parentInode, String name, Patience patience) throws FuseException {
        DirectoryInode parent = directory(parentInode);
        if (!NameRules.shown(name)) {
            throw new FuseException(
                    NameRules.utf8Length(name) > NameRules.MAX_NAME_BYTES ? Errno.ENAMETOOLONG : Errno.ENOENT);
        }
        Known known = find(parent, name, patience);
        if (known == null) {
            return null;
        }
        if (known.entry() == null) {
            throw FuseException.missing(known.leftAt(clock.millis()));
        }
        Inode inode = inodes.remember(parent, known.entry(), known.arrivedMillis());
        if (inode == null) {
            counters.inodeCollisions.increment();
            throw new FuseException(Errno.EIO);
        }
        return uncounted(inode);
    }

    @Override
    public FuseAttributes attributes(long inode, Patience patience) throws FuseException {
        return inode(inode).attributes(userId, groupId);
    }

    @Override
    public String readLink(long inode, Patience patience) throws FuseException {
        Inode link = inode(inode);
        if (link.type() != FileType.SYMLINK) {
            throw new FuseException(Errno.EINVAL);
        }
        return link.detail();
    }

    @Override
    public @Nullable OpenedFile open(long inode, Patience patience) throws FuseException {
        Inode file = inode(inode);
        switch (file.type()) {
            case DIRECTORY -> throw new FuseException(Errno.EISDIR);
            case SYMLINK -> throw new FuseException(Errno.ELOOP);
            case FILE -> {
                if (!stillThere(file, patience)) {
                    return null;
                }
            }
        }
        if (file.lengthBytes() > MAX_OPEN_BYTES) {
            throw new FuseException(Errno.EFBIG);
        }
        BlobReader.OpenBlob blob = open(blob(file), patience);
        if (blob == null) {
            return null;
        }
        BlobHandle opened = new BlobHandle(blob, file, filesAhead);
        long handle = files.add(opened);
        if (handle == 0) {
            opened.close();
            throw new FuseException(Errno.ENFILE);
        }
        return new OpenedFile(handle, true, opened.backingFd());
    }

    @Override
    public int read(long handle, long offset, int length, MemorySegment into, long intoOffset, Patience patience)
            throws FuseException {
        BlobHandle file = files.find(handle);
        if (file == null) {
            throw new FuseException(Errno.EBADF);
        }
        return file.read(offset, length, into, intoOffset, patience);
    }

    @Override
    public void release(long handle) {
        BlobHandle file = files.remove(handle);
        if (file != null) {
            file.close();
        }
    }

    @Override
    public @Nullable OpenedDirectory openDirectory(long inode, Patience patience) throws FuseException {
        DirectoryInode directory = directory(inode);
        OpenListing open;
        try {
            open = listings.open(directory.path(), patience);
        } catch (BlobException e) {
            throw Errors.toReader(e);
        }
        if (open == null) {
            return null;
        }
        if (directory.number() != ROOT_INODE) {
            walkAhead.opened(directory.parent().path(), directory.name());
        }
        boolean keepCache = directory.opened(open.listing().sequence());
        DirectoryHandle opened = new DirectoryHandle(directory, open);
        long handle = directories.add(opened);
        if (handle == 0) {
            opened.close();
            throw new FuseException(Errno.ENFILE);
        }
        return new OpenedDirectory(handle, keepCache);
    }

    @Override
    public boolean readDirectory(long handle, long cookie, DirectorySink sink, Patience patience) throws FuseException {
        DirectoryHandle directory = directories.find(handle);
        if (directory == null) {
            throw new FuseException(Errno.EBADF);
        }
        try {
            return directory.read(cookie, sink, patience, this);
        } catch (BlobException e) {
            throw Errors.toReader(e);
        } catch (IOException _) {
            throw new FuseException(Errno.EIO);
        }
    }

    @Override
    public void releaseDirectory(long handle) {
        DirectoryHandle directory = directories.remove(handle);
        if (directory != null) {
            directory.close();
        }
    }

    @Override
    public void forget(long inode, long lookups) {
        inodes.forget(inode, lookups);
    }

    /** How large a source is nobody knows without listing it: 0 blocks, and the inodes that are known. */
    @Override
    public FuseStatistics statistics() {
        return new FuseStatistics(0, inodes.size() + 1, 4096, NameRules.MAX_NAME_BYTES);
    }

    /** Inodes that the kernel knows, without the root. */
    public long knownInodes() {
        return inodes.size();
    }

    /** Open files, as the kernel counts them. */
    public int openFiles() {
        return files.size();
    }

    /** Whether each source gave its last answer; what is known of one that did not is served. */
    public boolean sourceReachable() {
        return reachability.all();
    }

    /** Closes what is still open; nothing is answered after it. */
    @Override
    public void close() {
        files.drain(BlobHandle::close);
        directories.drain(DirectoryHandle::close);
        listings.close();
    }

    @Override
    public FuseEntry uncounted(Inode inode) {
        return new FuseEntry(inode.number(), inode.attributes(userId, groupId), believedMillis(inode));
    }

    @Override
    public boolean add(DirectorySink sink, DirectoryInode directory, Entry entry, long checkedMillis, long nextCookie) {
        Inode inode = inodes.size() < MAX_LISTED_INODES ? inodes.remember(directory, entry, checkedMillis) : null;
        if (inode == null) {
            return sink.addWithAttributes(entry.name(), null, entry.type(), nextCookie);
        }
        boolean added = sink.addWithAttributes(entry.name(), uncounted(inode), entry.type(), nextCookie);
        if (!added) {
            inodes.forget(inode.number(), 1);
        }
        return added;
    }

    /** @return {@code false} if it would have to wait and must not */
    private boolean stillThere(Inode file, Patience patience) throws FuseException {
        if (believedMillis(file) > 0) {
            return true;
        }
        Known known = find(file.parent(), file.name(), patience);
        if (known == null) {
            return false;
        }
        if (known.entry() == null) {
            throw new FuseException(Errno.ENOENT);
        }
        if (known.entry().inode() != file.number()) {
            throw new FuseException(Errno.ESTALE);
        }
        file.checked(known.arrivedMillis());
        return true;
    }

    /** How much longer the last word of the source on this inode counts. */
    private long believedMillis(Inode inode) {
        long age = clock.millis() - inode.checkedMillis();
        return age < 0 ? 0 : Math.max(0, config.get().ttl().toMillis() - age);
    }

    private @Nullable Known find(DirectoryInode parent, String name, Patience patience) throws FuseException {
        try {
            return names.find(parent.path(), name, patience);
        } catch (BlobException e) {
            throw Errors.toReader(e);
        }
    }

    private BlobReader.@Nullable OpenBlob open(Blob blob, Patience patience) throws FuseException {
        try {
            return reader.open(blob, patience);
        } catch (BlobException e) {
            throw Errors.toReader(e);
        }
    }

    private Blob blob(Inode file) {
        return source.blob(file.path(), file.detail(), file.lengthBytes());
    }

    private Inode inode(long number) throws FuseException {
        Inode inode = inodes.find(number);
        if (inode == null) {
            throw new FuseException(Errno.ESTALE);
        }
        return inode;
    }

    private DirectoryInode directory(long number) throws FuseException {
        if (inode(number) instanceof DirectoryInode directory) {
            return directory;
        }
        throw new FuseException(Errno.ENOTDIR);
    }
}
