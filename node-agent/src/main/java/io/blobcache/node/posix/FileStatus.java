package io.blobcache.node.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.time.Instant;

/**
 * What statx(2) says of a file, as far as we ask.
 *
 * @param mode file type and permission bits, as in {@code st_mode}
 */
public record FileStatus(long inode, int mode, long sizeBytes, Instant modified) {
    /** Offsets in {@code struct statx} of linux/stat.h: the same on every architecture. */
    private static final long MODE = 28;

    private static final long INODE = 32;
    private static final long SIZE = 40;
    private static final long MTIME_SECONDS = 112;
    private static final long MTIME_NANOS = 120;

    static final long STATX_BYTES = 256;

    private static final int TYPE_MASK = 0170000;

    static FileStatus of(MemorySegment statx) {
        return new FileStatus(
                statx.get(JAVA_LONG, INODE),
                Short.toUnsignedInt(statx.get(JAVA_SHORT, MODE)),
                statx.get(JAVA_LONG, SIZE),
                Instant.ofEpochSecond(statx.get(JAVA_LONG, MTIME_SECONDS), statx.get(JAVA_INT, MTIME_NANOS)));
    }

    public boolean regular() {
        return (mode & TYPE_MASK) == 0100000;
    }

    public boolean directory() {
        return (mode & TYPE_MASK) == 0040000;
    }

    public boolean symlink() {
        return (mode & TYPE_MASK) == 0120000;
    }

    /** By anybody: whom the mount shows it to is not the owner of the file. */
    public boolean executable() {
        return (mode & 0111) != 0;
    }
}
