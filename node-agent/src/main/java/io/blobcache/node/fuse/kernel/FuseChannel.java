package io.blobcache.node.fuse.kernel;

import java.lang.foreign.MemorySegment;

/** Where requests come from and replies go: whole ones, one a call. Thread-safe. */
interface FuseChannel {
    /** Answer of {@link #read}: the mount is gone, no request will come any more. */
    int UNMOUNTED = -1;

    /** Waits for a request and puts it at the start of {@code into}; its length, or {@link #UNMOUNTED}. */
    int read(MemorySegment into);

    /**
     * Writes a reply.
     *
     * @return {@code false} if nobody waits for it any more: the reader has been told something else
     */
    boolean write(MemorySegment from, long offset, int length);
}
