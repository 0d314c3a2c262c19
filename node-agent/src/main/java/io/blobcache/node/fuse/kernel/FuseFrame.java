package io.blobcache.node.fuse.kernel;

import io.blobcache.node.posix.MemoryCalls;
import java.lang.foreign.MemorySegment;

/**
 * Memory for one request and its reply: the request at 0, the reply's header at 4080, its body from 4096 on.
 *
 * <p>A request that waits for a source is shorter than a page, so its reply does not overwrite it. Those that are longer
 * (BATCH_FORGET, or what would write) need nothing of it once their reply begins. The memory takes up nothing until it
 * is written to. Belongs to one thread at a time.
 */
final class FuseFrame implements AutoCloseable {
    private static final int PAGE_BYTES = 4096;

    private final MemorySegment memory;
    private final FuseRequest request;
    private final FuseReply reply;

    /** @param bodyBytes longest body of a reply; rounded up to whole pages */
    FuseFrame(int bodyBytes) {
        this.memory = MemoryCalls.mmap(FuseReply.BODY + Math.ceilDiv((long) bodyBytes, PAGE_BYTES) * PAGE_BYTES);
        this.request = new FuseRequest(memory);
        this.reply = new FuseReply(memory);
    }

    MemorySegment memory() {
        return memory;
    }

    FuseRequest request() {
        return request;
    }

    FuseReply reply() {
        return reply;
    }

    @Override
    public void close() {
        MemoryCalls.munmap(memory);
    }
}
