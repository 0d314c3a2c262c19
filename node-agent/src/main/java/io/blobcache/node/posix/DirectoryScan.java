package io.blobcache.node.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Runs through the names of an open directory, in the file system's order, with one buffer of memory. */
public final class DirectoryScan {
    /** Of {@code struct linux_dirent64}: inode 8, offset 8, record length 2, type 1, then the name, ended by NUL. */
    private static final long RECORD_LENGTH = 16;

    private static final long TYPE = 18;
    private static final long NAME = 19;

    /** Some 4000 names of usual length in one call. */
    private static final int BUFFER_BYTES = 128 << 10;

    private static final int DT_DIRECTORY = 4;
    private static final int DT_UNKNOWN = 0;

    private DirectoryScan() {}

    /** What a directory says of a name without a look at the file; some file systems say nothing of the type. */
    public enum Hint {
        DIRECTORY,
        OTHER,
        UNKNOWN
    }

    /** Told each name once. */
    @FunctionalInterface
    public interface Visitor {
        void name(String name, Hint hint) throws PosixException;
    }

    /**
     * Leaves out {@code .}, {@code ..} and names that are not UTF-8: nobody could ask for those.
     *
     * @param directoryFd read to its end; not rewound
     */
    public static void names(int directoryFd, Visitor visitor) throws PosixException {
        CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(BUFFER_BYTES, Long.BYTES);
            MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
            int bytes = next(directoryFd, buffer, errno);
            while (bytes > 0) {
                for (int at = 0; at < bytes; at += record(buffer, at, utf8, visitor)) {
                    // The record says how long it is.
                }
                bytes = next(directoryFd, buffer, errno);
            }
        }
    }

    private static int next(int directoryFd, MemorySegment buffer, MemorySegment errno) throws PosixException {
        long bytes;
        try {
            bytes = (long) Beneath.GETDENTS64.invokeExact(errno, directoryFd, buffer, (long) BUFFER_BYTES);
        } catch (Throwable e) {
            throw Beneath.failed(e);
        }
        return Beneath.checked("getdents64", bytes >= 0 ? (int) bytes : -errno.get(JAVA_INT, 0));
    }

    private static int record(MemorySegment buffer, int at, CharsetDecoder utf8, Visitor visitor)
            throws PosixException {
        int length = Short.toUnsignedInt(buffer.get(JAVA_SHORT, at + RECORD_LENGTH));
        int type = buffer.get(JAVA_BYTE, at + TYPE);
        int end = (int) (at + NAME);
        while (buffer.get(JAVA_BYTE, end) != 0) {
            end++;
        }
        String name = decoded(buffer.asSlice(at + NAME, end - at - NAME).asByteBuffer(), utf8);
        if (name != null && !name.equals(".") && !name.equals("..")) {
            visitor.name(name, type == DT_DIRECTORY ? Hint.DIRECTORY : type == DT_UNKNOWN ? Hint.UNKNOWN : Hint.OTHER);
        }
        return length;
    }

    private static @Nullable String decoded(ByteBuffer name, CharsetDecoder utf8) {
        try {
            return utf8.decode(name).toString();
        } catch (CharacterCodingException e) {
            // Not UTF-8: left out, as said.
            return null;
        }
    }
}
