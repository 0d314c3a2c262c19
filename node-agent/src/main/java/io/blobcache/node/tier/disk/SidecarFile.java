package io.blobcache.node.tier.disk;

import io.blobcache.node.posix.Errno;
import io.blobcache.node.posix.FileCalls;
import io.blobcache.node.posix.Posix;
import io.blobcache.node.tier.disk.SidecarFormat.Entry;
import io.blobcache.node.tier.disk.SidecarFormat.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes sidecars. Nothing is kept open: a sidecar is read once a process and written once a block. Every
 * method answers 0 or the negated error number where it does not answer a value.
 */
final class SidecarFile {
    private static final int EIO = -Errno.EIO.number();

    /** A sidecar of 16 GiB of blocks is 1 MiB; one of a petabyte in blocks of 16 MiB just fits. */
    private static final long MAX_BYTES = 4L << 30;

    private SidecarFile() {}

    /**
     * The content of a sidecar.
     *
     * @param errno    0, or why it could not be read
     * @param header   null unless it is ours
     * @param entries  one a block; null where absent
     * @param damaged  entries that are neither zeros nor right
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared, never shared: from the file to its reader.
    record Content(
            int errno,
            @Nullable Kind kind,
            @Nullable SidecarHeader header,
            @Nullable Entry[] entries,
            int damaged) {
        private static final @Nullable Entry[] NONE = new Entry[0];

        static Content failed(int errno) {
            return new Content(errno, null, null, NONE, 0);
        }

        static Content of(Kind kind) {
            return new Content(0, kind, null, NONE, 0);
        }
    }

    static Content read(String path) {
        int fd = Posix.open(path, Posix.O_RDONLY | Posix.O_NOFOLLOW, 0);
        if (fd < 0) {
            return Content.failed(-fd);
        }
        try (Arena arena = Arena.ofConfined()) {
            long length = FileCalls.length(fd);
            if (length < 0) {
                return Content.failed((int) -length);
            }
            if (length == 0) {
                return Content.of(Kind.UNFINISHED);
            }
            if (length < SidecarFormat.HEADER_BYTES || length > Math.min(MAX_BYTES, Integer.MAX_VALUE)) {
                return Content.of(Kind.GARBAGE);
            }
            MemorySegment bytes = arena.allocate(length, Long.BYTES);
            long read = Posix.pread(fd, bytes, 0, length, 0);
            return read == length ? parse(bytes.asByteBuffer()) : Content.failed(read < 0 ? (int) -read : -EIO);
        } finally {
            Posix.close(fd);
        }
    }

    private static Content parse(ByteBuffer bytes) {
        Kind kind = SidecarFormat.kind(bytes);
        SidecarHeader header = kind == Kind.OURS ? SidecarFormat.readHeader(bytes) : null;
        if (header == null || bytes.capacity() != SidecarFormat.fileBytes(header.blocks())) {
            return Content.of(kind == Kind.NEWER ? Kind.NEWER : Kind.GARBAGE);
        }
        @Nullable Entry[] entries = new Entry[header.blocks()];
        int damaged = 0;
        for (int block = 0; block < entries.length; block++) {
            bytes.position((int) SidecarFormat.entryOffset(block));
            entries[block] = SidecarFormat.readEntry(header, block, bytes);
            if (entries[block] == null && !zeros(bytes)) {
                damaged++;
            }
        }
        return new Content(0, kind, header, entries, damaged);
    }

    /** Makes a sidecar without a block in it; what stands at its path is replaced. */
    static int create(String path, SidecarHeader header) {
        int fd = Posix.open(path, Posix.O_RDWR | Posix.O_CREAT | Posix.O_TRUNC | Posix.O_NOFOLLOW, 0600);
        if (fd < 0) {
            return fd;
        }
        try (Arena arena = Arena.ofConfined()) {
            // All of it is written, not only the header: a hole would ask for space later, when there may be none.
            long length = SidecarFormat.fileBytes(header.blocks());
            MemorySegment bytes = arena.allocate(length, Long.BYTES);
            SidecarFormat.writeHeader(header, bytes.asByteBuffer());
            return DataWrites.all(fd, bytes, length, 0);
        } finally {
            Posix.close(fd);
        }
    }

    /** @param entry null to say absent */
    static int writeEntry(String path, SidecarHeader header, int blockIndex, @Nullable Entry entry) {
        int fd = Posix.open(path, Posix.O_RDWR | Posix.O_NOFOLLOW, 0);
        if (fd < 0) {
            return fd;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(SidecarFormat.ENTRY_BYTES, Long.BYTES);
            SidecarFormat.writeEntry(header, blockIndex, entry, bytes.asByteBuffer());
            return DataWrites.all(fd, bytes, bytes.byteSize(), SidecarFormat.entryOffset(blockIndex));
        } finally {
            Posix.close(fd);
        }
    }

    /** @return null if it is absent, damaged or cannot be read */
    static @Nullable Entry readEntry(String path, SidecarHeader header, int blockIndex) {
        int fd = Posix.open(path, Posix.O_RDONLY | Posix.O_NOFOLLOW, 0);
        if (fd < 0) {
            return null;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(SidecarFormat.ENTRY_BYTES, Long.BYTES);
            long read = Posix.pread(fd, bytes, 0, bytes.byteSize(), SidecarFormat.entryOffset(blockIndex));
            return read == bytes.byteSize() ? SidecarFormat.readEntry(header, blockIndex, bytes.asByteBuffer()) : null;
        } finally {
            Posix.close(fd);
        }
    }

    private static boolean zeros(ByteBuffer bytes) {
        for (int at = 0; at < SidecarFormat.ENTRY_BYTES; at += Long.BYTES) {
            if (bytes.getLong(bytes.position() + at) != 0) {
                return false;
            }
        }
        return true;
    }
}
