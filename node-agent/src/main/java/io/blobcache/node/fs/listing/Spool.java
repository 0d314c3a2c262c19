package io.blobcache.node.fs.listing;

import io.blobcache.node.posix.Posix;
import io.blobcache.node.posix.PosixException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Bytes that are appended by one thread and read by many: in memory while they are few, in a file when they are more.
 * The file is unlinked as soon as it is open, so a process that dies leaves nothing behind.
 *
 * <p>Not a FileChannel: interrupting a reader, as the kernel's INTERRUPT does, would close it for all.
 */
final class Spool implements AutoCloseable {
    /** About 3,000 entries: most directories are smaller, and 256 KiB are less than a file is worth. */
    static final int MAX_MEMORY_BYTES = 256 << 10;

    /** What is kept in memory if there can be no file: 100,000 entries. */
    static final int MAX_MEMORY_WITHOUT_DISK_BYTES = 8 << 20;

    /** 40 million entries; a listing beyond it is not a directory that anybody reads. */
    static final long MAX_BYTES = 4L << 30;

    private static final int NO_FILE = -1;

    private final Path file;

    /** Bytes below {@link #length} never change; replaced by a longer copy, and by nothing once there is a file. */
    private volatile byte[] memory = new byte[0];

    private volatile int fd = NO_FILE;
    private volatile long length;

    /** @param file where the bytes go when they become many; nothing is there now */
    Spool(Path file) {
        this.file = file;
    }

    long length() {
        return length;
    }

    int memoryBytes() {
        return memory.length;
    }

    boolean inFile() {
        return fd != NO_FILE;
    }

    void append(byte[] bytes, int count) throws IOException {
        long end = length + count;
        if (end > MAX_BYTES) {
            throw new IOException("a listing of more than " + MAX_BYTES + " bytes");
        }
        if (fd == NO_FILE && end > MAX_MEMORY_BYTES) {
            moveToFile(end);
        }
        if (fd == NO_FILE) {
            appendToMemory(bytes, count, (int) end);
        } else {
            write(fd, bytes, count, length);
        }
        length = end;
    }

    /** Gives back what memory was held for growth. */
    void trim() {
        byte[] bytes = memory;
        if (fd == NO_FILE && bytes.length > length) {
            memory = Arrays.copyOf(bytes, (int) length);
        }
    }

    /**
     * Copies up to {@code count} bytes from {@code offset} on.
     *
     * @return bytes copied, fewer than {@code count} only at the end
     */
    int read(long offset, byte[] into, int count) throws IOException {
        int wanted = (int) Math.min(count, length - offset);
        if (wanted <= 0) {
            return 0;
        }
        // The file is looked at first: memory is given up only after it is there.
        if (fd == NO_FILE) {
            byte[] bytes = memory;
            if (bytes.length >= offset + wanted) {
                System.arraycopy(bytes, (int) offset, into, 0, wanted);
                return wanted;
            }
        }
        readFile(offset, into, wanted);
        return wanted;
    }

    @Override
    public void close() {
        if (fd != NO_FILE) {
            Posix.close(fd);
            fd = NO_FILE;
        }
        memory = new byte[0];
        length = 0;
    }

    private void appendToMemory(byte[] bytes, int count, int end) {
        byte[] now = memory;
        if (end > now.length) {
            now = Arrays.copyOf(now, Math.max(end, Math.min(2 * now.length, end + MAX_MEMORY_BYTES)));
        }
        System.arraycopy(bytes, 0, now, (int) length, count);
        memory = now;
    }

    /** A full or broken disk must not fail a reader as long as there is memory in its stead. */
    private void moveToFile(long end) throws IOException {
        try {
            createFile();
        } catch (IOException e) {
            if (end > MAX_MEMORY_WITHOUT_DISK_BYTES) {
                throw e;
            }
        }
    }

    private void createFile() throws IOException {
        int opened = Posix.open(file.toString(), Posix.O_RDWR | Posix.O_CREAT | Posix.O_EXCL, 0600);
        if (opened < 0) {
            throw new PosixException("open a listing's file", -opened);
        }
        try {
            Files.delete(file);
            write(opened, memory, (int) length, 0);
        } catch (IOException e) {
            Posix.close(opened);
            throw e;
        }
        fd = opened;
        memory = new byte[0];
    }

    private static void write(int fd, byte[] bytes, int count, long offset) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(Math.max(1, count));
            MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, count);
            int done = 0;
            while (done < count) {
                long written = Posix.pwrite(fd, copy, done, count - done, offset + done);
                if (written < 0) {
                    throw new PosixException("write a listing's file", (int) -written);
                }
                done += (int) written;
            }
        }
    }

    private void readFile(long offset, byte[] into, int count) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(count);
            int done = 0;
            while (done < count) {
                long got = Posix.pread(fd, copy, done, count - done, offset + done);
                if (got <= 0) {
                    throw new PosixException("read a listing's file", (int) -got);
                }
                done += (int) got;
            }
            MemorySegment.copy(copy, ValueLayout.JAVA_BYTE, 0, into, 0, count);
        }
    }
}
