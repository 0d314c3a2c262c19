package io.blobcache.node.buffer;

import io.blobcache.node.posix.MemoryCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The memory behind one buffer of a pool, mapped for itself so that it can go back to the system when another class
 * needs its share of the budget.
 */
final class PooledBuffer {
    /** The smallest class that holds a huge page of x86-64 and of arm64 with 4 KiB pages. */
    private static final long HUGE_PAGE_BYTES = 2 << 20;

    private final BufferPool pool;
    private final int sizeClass;
    private final Arena arena;
    private final MemorySegment memory;

    private PooledBuffer(BufferPool pool, int sizeClass, Arena arena, MemorySegment memory) {
        this.pool = pool;
        this.sizeClass = sizeClass;
        this.arena = arena;
        this.memory = memory;
    }

    /**
     * Maps memory that takes up nothing until it is written to. Large buffers are filled from end to end, so huge pages
     * cost no memory there and spare 511 of 512 page faults; a system without them ignores the advice.
     *
     * @throws OutOfMemoryError if the kernel has none
     */
    @SuppressWarnings("MustBeClosedChecker") // Closed in free(): the arena lives as long as the buffer.
    static PooledBuffer map(BufferPool pool, int sizeClass) {
        MemorySegment mapping = MemoryCalls.mmap(SizeClass.bytes(sizeClass));
        if (mapping.byteSize() >= HUGE_PAGE_BYTES) {
            MemoryCalls.madvise(mapping, MemoryCalls.MADV_HUGEPAGE);
        }
        Arena arena = Arena.ofShared();
        MemorySegment memory = mapping.reinterpret(arena, _ -> MemoryCalls.munmap(mapping));
        return new PooledBuffer(pool, sizeClass, arena, memory);
    }

    MemorySegment memory() {
        return memory;
    }

    int sizeClass() {
        return sizeClass;
    }

    long bytes() {
        return memory.byteSize();
    }

    void giveBack() {
        pool.giveBack(this);
    }

    /** To the system. Every later access to the memory throws. */
    void free() {
        arena.close();
    }
}
