package io.blobcache.node.fuse;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A read-only file system, in the kernel's words. A transport calls it; it knows no transport. Thread-safe.
 *
 * <p>A call made with {@link Patience#NONE} must not wait for a network: if it would, it begins what is needed and
 * answers {@code null} (or {@link #WOULD_BLOCK}), and the transport calls again with {@link Patience#WAIT} on a thread
 * that may wait. That thread is interrupted when the reader gives up.
 *
 * <p>Names are Unicode; the transport has answered ENOENT to one that is not UTF-8, and ENAMETOOLONG to one of more
 * than 255 bytes. Writing is not here: transports answer EROFS.
 */
public interface FuseFileSystem {

    /** The inode of the mounted directory: FUSE_ROOT_ID of the kernel. */
    long ROOT_INODE = 1;

    /** Answer of {@link #read} when the bytes are not here and the caller must not wait. */
    int WOULD_BLOCK = -1;

    /** Resolves a name and adds one to the lookup count of the inode found. */
    @Nullable
    FuseEntry lookup(long parentInode, String name, Patience patience) throws FuseException;

    @Nullable
    FuseAttributes attributes(long inode, Patience patience) throws FuseException;

    /** Target of a symbolic link, verbatim. */
    @Nullable
    String readLink(long inode, Patience patience) throws FuseException;

    /** Opens for reading; the transport has refused every mode that writes. */
    @Nullable
    OpenedFile open(long inode, Patience patience) throws FuseException;

    /**
     * Copies bytes of an open file to {@code into} at {@code intoOffset}.
     *
     * @return bytes copied, fewer than {@code length} only at the end of the file; or {@link #WOULD_BLOCK}
     */
    int read(long handle, long offset, int length, MemorySegment into, long intoOffset, Patience patience)
            throws FuseException;

    void release(long handle);

    @Nullable
    OpenedDirectory openDirectory(long inode, Patience patience) throws FuseException;

    /**
     * Lists an open directory from {@code cookie} on (0 is the start) until it ends or {@code sink} is full. Entries
     * include {@code .} and {@code ..}.
     *
     * @return whether it was answered; {@code false} if it would have had to wait (nothing was added then)
     */
    boolean readDirectory(long handle, long cookie, DirectorySink sink, Patience patience) throws FuseException;

    void releaseDirectory(long handle);

    /** Takes {@code lookups} from the lookup count of an inode; at zero the kernel knows it no more. */
    void forget(long inode, long lookups);

    FuseStatistics statistics();
}
