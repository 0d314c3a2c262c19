package io.blobcache.node.fuse.jnr;

import io.blobcache.node.posix.Errno;
import jnr.ffi.Pointer;
import ru.serce.jnrfuse.FuseStubFS;
import ru.serce.jnrfuse.struct.FuseFileInfo;
import ru.serce.jnrfuse.struct.Timespec;

/**
 * Answers EROFS to everything that writes. The kernel answers so by itself as long as the mount is read-only; this is
 * for one that somebody has remounted.
 */
class ReadOnlyOperations extends FuseStubFS {
    private static final int REFUSED = -Errno.EROFS.number();

    @Override
    public int mknod(String path, long mode, long device) {
        return REFUSED;
    }

    @Override
    public int mkdir(String path, long mode) {
        return REFUSED;
    }

    @Override
    public int unlink(String path) {
        return REFUSED;
    }

    @Override
    public int rmdir(String path) {
        return REFUSED;
    }

    @Override
    public int symlink(String target, String path) {
        return REFUSED;
    }

    @Override
    public int rename(String from, String to) {
        return REFUSED;
    }

    @Override
    public int link(String from, String to) {
        return REFUSED;
    }

    @Override
    public int chmod(String path, long mode) {
        return REFUSED;
    }

    @Override
    public int chown(String path, long userId, long groupId) {
        return REFUSED;
    }

    @Override
    public int truncate(String path, long sizeBytes) {
        return REFUSED;
    }

    @Override
    public int ftruncate(String path, long sizeBytes, FuseFileInfo file) {
        return REFUSED;
    }

    @Override
    public int create(String path, long mode, FuseFileInfo file) {
        return REFUSED;
    }

    @Override
    public int write(String path, Pointer from, long length, long offset, FuseFileInfo file) {
        return REFUSED;
    }

    @Override
    public int fallocate(String path, int mode, long offset, long length, FuseFileInfo file) {
        return REFUSED;
    }

    @Override
    public int utimens(String path, Timespec[] times) {
        return REFUSED;
    }

    @Override
    public int setxattr(String path, String name, Pointer value, long length, int flags) {
        return REFUSED;
    }

    @Override
    public int removexattr(String path, String name) {
        return REFUSED;
    }
}
