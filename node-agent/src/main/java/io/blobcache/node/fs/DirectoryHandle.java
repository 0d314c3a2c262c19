package io.blobcache.node.fs;

import io.blobcache.node.fs.listing.Entry;
import io.blobcache.node.fs.listing.EntryCursor;
import io.blobcache.node.fs.listing.OpenListing;
import io.blobcache.node.fuse.DirectorySink;
import io.blobcache.node.fuse.FileType;
import io.blobcache.node.fuse.FuseEntry;
import io.blobcache.node.fuse.FuseException;
import io.blobcache.node.fuse.Patience;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.posix.Errno;
import java.io.IOException;

/**
 * An open directory: one snapshot of it, whatever the source has by now.
 *
 * <p>A cookie is the number of the snapshot (30 bits) and the offset of the next record in it (33 bits): the kernel
 * caches entries by cookie, and so never takes one snapshot's for the continuation of another's. 0 is the start, 1 is
 * after {@code .}.
 */
final class DirectoryHandle implements AutoCloseable {
    private static final int OFFSET_BITS = 33;
    private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;
    private static final long SEQUENCE_MASK = (1L << 30) - 1;
    private static final long START = 0;
    private static final long AFTER_DOT = 1;

    private final DirectoryInode inode;
    private final OpenListing open;
    private final long snapshot;

    /** The cookie that the reader will most likely give next: it needs no proof. */
    private volatile long expectedCookie;

    DirectoryHandle(DirectoryInode inode, OpenListing open) {
        this.inode = inode;
        this.open = open;
        // Never 0, which would make cookies of small offsets those of the dots.
        this.snapshot = (open.listing().sequence() % SEQUENCE_MASK + 1) << OFFSET_BITS;
        this.expectedCookie = snapshot;
    }

    DirectoryInode inode() {
        return inode;
    }

    /**
     * @param entries makes entries with attributes, and counts lookups
     * @return {@code false} if it would have to wait and must not; then nothing was added
     */
    boolean read(long cookie, DirectorySink sink, Patience patience, KernelEntries entries)
            throws FuseException, BlobException, IOException {
        long offset = offset(cookie);
        if (cookie == START && !addDot(sink, ".", inode, AFTER_DOT, entries)) {
            return true;
        }
        if (cookie <= AFTER_DOT && cookie >= START && !addDot(sink, "..", inode.parent(), snapshot, entries)) {
            return true;
        }
        boolean somethingAdded = cookie == START || cookie == AFTER_DOT;
        if (!somethingAdded && !open.awaitBeyond(offset, patience)) {
            return false;
        }
        addEntries(open.listing().from(offset), sink, entries);
        return true;
    }

    @Override
    public void close() {
        inode.closed();
        open.close();
    }

    private void addEntries(EntryCursor cursor, DirectorySink sink, KernelEntries entries) throws IOException {
        while (cursor.next()) {
            long nextCookie = snapshot | cursor.nextOffset();
            boolean added = sink.wantsAttributes()
                    ? entries.add(sink, inode, cursor.entry(), open.listing().arrivedMillis(), nextCookie)
                    : sink.add(cursor.name(), cursor.inode(), cursor.type(), nextCookie);
            if (!added) {
                return;
            }
            expectedCookie = nextCookie;
        }
    }

    private long offset(long cookie) throws FuseException, IOException {
        if (cookie == START || cookie == AFTER_DOT) {
            return 0;
        }
        long offset = cookie & OFFSET_MASK;
        boolean ours = (cookie & ~OFFSET_MASK) == snapshot;
        if (!ours || (cookie != expectedCookie && !open.listing().startsRecord(offset))) {
            throw new FuseException(Errno.EINVAL);
        }
        return offset;
    }

    private static boolean addDot(
            DirectorySink sink, String name, Inode inode, long nextCookie, KernelEntries entries) {
        return sink.wantsAttributes()
                ? sink.addWithAttributes(name, entries.uncounted(inode), FileType.DIRECTORY, nextCookie)
                : sink.add(name, inode.number(), FileType.DIRECTORY, nextCookie);
    }

    /** Makes entries as the kernel wants them. */
    interface KernelEntries {

        /** Without a lookup: for {@code .} and {@code ..}. */
        FuseEntry uncounted(Inode inode);

        /** Adds an entry with its attributes, and counts a lookup of it if it fits. */
        boolean add(DirectorySink sink, DirectoryInode directory, Entry entry, long checkedMillis, long nextCookie);
    }
}
