package io.blobcache.node.fuse.kernel;

import io.blobcache.node.fuse.DirectorySink;
import io.blobcache.node.fuse.FuseAttributes;
import io.blobcache.node.fuse.FuseEntry;
import io.blobcache.node.fuse.FuseException;
import io.blobcache.node.fuse.FuseFileSystem;
import io.blobcache.node.fuse.FuseStatistics;
import io.blobcache.node.fuse.OpenedDirectory;
import io.blobcache.node.fuse.OpenedFile;
import io.blobcache.node.fuse.Patience;
import io.blobcache.node.posix.Errno;
import java.lang.foreign.MemorySegment;

/** Answers every read with sevens, out of nothing, so that what is measured is the transport. */
final class ConstantFileSystem implements FuseFileSystem {
    long reads;

    @Override
    public int read(long handle, long offset, int length, MemorySegment into, long intoOffset, Patience patience) {
        reads++;
        into.asSlice(intoOffset, length).fill((byte) 7);
        return length;
    }

    @Override
    public FuseEntry lookup(long parentInode, String name, Patience patience) throws FuseException {
        throw new FuseException(Errno.ENOENT);
    }

    @Override
    public FuseAttributes attributes(long inode, Patience patience) throws FuseException {
        throw new FuseException(Errno.ENOENT);
    }

    @Override
    public String readLink(long inode, Patience patience) throws FuseException {
        throw new FuseException(Errno.ENOENT);
    }

    @Override
    public OpenedFile open(long inode, Patience patience) {
        return new OpenedFile(1, true, OpenedFile.NO_BACKING);
    }

    @Override
    public void release(long handle) {}

    @Override
    public OpenedDirectory openDirectory(long inode, Patience patience) {
        return new OpenedDirectory(1, true);
    }

    @Override
    public boolean readDirectory(long handle, long cookie, DirectorySink sink, Patience patience) {
        return true;
    }

    @Override
    public void releaseDirectory(long handle) {}

    @Override
    public void forget(long inode, long lookups) {}

    @Override
    public FuseStatistics statistics() {
        return new FuseStatistics(0, 0, 4096, 255);
    }
}
