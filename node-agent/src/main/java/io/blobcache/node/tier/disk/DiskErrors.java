package io.blobcache.node.tier.disk;

import io.blobcache.node.posix.Errno;
import io.blobcache.node.posix.PosixException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** The error number behind an exception of java.nio.file, which keeps only the system's text. */
final class DiskErrors {
    private DiskErrors() {}

    static int errno(IOException e) {
        return switch (e) {
            case PosixException p -> p.errno().number();
            case NoSuchFileException _ -> Errno.ENOENT.number();
            case NotDirectoryException _ -> Errno.ENOTDIR.number();
            case AccessDeniedException _ -> Errno.EACCES.number();
            case FileSystemException f -> byReason(String.valueOf(f.getReason()));
            default -> Errno.EIO.number();
        };
    }

    private static int byReason(String reason) {
        return switch (reason) {
            case "No space left on device" -> Errno.ENOSPC.number();
            case "Disk quota exceeded" -> Errno.EDQUOT.number();
            case "Read-only file system" -> Errno.EROFS.number();
            case "Too many open files" -> Errno.EMFILE.number();
            default -> Errno.EIO.number();
        };
    }
}
