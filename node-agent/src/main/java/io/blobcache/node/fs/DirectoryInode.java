package io.blobcache.node.fs;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.blobcache.node.fs.listing.Entry;
import io.blobcache.node.fs.listing.NameRules;
import io.blobcache.node.fuse.FileType;
import io.blobcache.node.fuse.FuseFileSystem;
import org.jspecify.annotations.Nullable;

/**
 * A directory that the kernel knows, and which snapshot of it the kernel may have cached.
 *
 * <p>The kernel keeps what it reads through any handle as one list. So what it has is one snapshot only if all handles
 * that were open since it last threw its list away were of that one.
 */
final class DirectoryInode extends Inode {
    /** No snapshot has this number. */
    private static final long NONE = 0;

    private final String path;

    @GuardedBy("this")
    private long cachedSequence = NONE;

    @GuardedBy("this")
    private long openSequence = NONE;

    @GuardedBy("this")
    private int openHandles;

    DirectoryInode(@Nullable DirectoryInode parent, Entry entry, long checkedMillis) {
        super(parent, entry, checkedMillis);
        this.path = parent == null ? "" : NameRules.path(parent.path(), entry.name());
    }

    static DirectoryInode root(long modifiedNanos) {
        return new DirectoryInode(
                null, new Entry("", FileType.DIRECTORY, true, FuseFileSystem.ROOT_INODE, 0, modifiedNanos, ""), 0);
    }

    @Override
    String path() {
        return path;
    }

    /**
     * A handle on a snapshot was opened.
     *
     * @return whether the kernel may keep what it has cached of this directory
     */
    synchronized boolean opened(long sequence) {
        boolean alone = openHandles == 0 || openSequence == sequence;
        openSequence = alone ? sequence : NONE;
        openHandles++;
        if (cachedSequence == sequence) {
            return true;
        }
        cachedSequence = alone ? sequence : NONE;
        return false;
    }

    synchronized void closed() {
        openHandles--;
    }
}
