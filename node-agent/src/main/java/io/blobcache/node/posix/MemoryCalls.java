package io.blobcache.node.posix;

import static io.blobcache.node.posix.Downcalls.answer;
import static io.blobcache.node.posix.Downcalls.call;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** System calls on memory; the same convention of answers as {@link Posix}. */
public final class MemoryCalls {
    public static final int MADV_HUGEPAGE = 14;

    private static final int PROT_READ_WRITE = 3;
    /** MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE. */
    private static final int MAP_LAZY = 0x2 | 0x20 | 0x4000;

    private static final MethodHandle MMAP = call(
            "mmap", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP = call("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle MADVISE =
            call("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));

    private MemoryCalls() {}

    /**
     * Anonymous, page-aligned memory of zeros that takes up nothing until it is written to: what Java's allocators,
     * which write the zeros themselves, cannot give. The caller ends it with {@link #munmap} and touches it no more.
     *
     * @throws OutOfMemoryError if the kernel has none
     */
    public static MemorySegment mmap(long bytes) {
        try {
            long address = (long) MMAP.invokeExact(Downcalls.errno(), 0L, bytes, PROT_READ_WRITE, MAP_LAZY, -1, 0L);
            if (address == -1) {
                throw new OutOfMemoryError("mmap of " + bytes + " bytes");
            }
            return MemorySegment.ofAddress(address).reinterpret(bytes);
        } catch (Throwable e) {
            throw Downcalls.failed(e);
        }
    }

    /** @param memory exactly what {@link #mmap} gave */
    public static int munmap(MemorySegment memory) {
        try {
            MemorySegment errno = Downcalls.errno();
            return answer((int) MUNMAP.invokeExact(errno, memory.address(), memory.byteSize()), errno);
        } catch (Throwable e) {
            throw Downcalls.failed(e);
        }
    }

    /** madvise(2); advice, so its failure changes nothing for the caller. */
    public static int madvise(MemorySegment memory, int advice) {
        try {
            MemorySegment errno = Downcalls.errno();
            return answer((int) MADVISE.invokeExact(errno, memory.address(), memory.byteSize(), advice), errno);
        } catch (Throwable e) {
            throw Downcalls.failed(e);
        }
    }
}
