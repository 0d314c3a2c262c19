package io.blobcache.node.tier;

import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlockKey;
import java.lang.foreign.MemorySegment;

/** Other agents, which may have a block or whose task it is to fetch it. Thread-safe. */
public interface Peers {

    /** There is no other agent: every block comes from the source. */
    Peers NONE = new Peers() {
        @Override
        public boolean areAsked(Blob blob, long offset) {
            return false;
        }

        @Override
        public boolean selfOwns(Blob blob, long offset) {
            return true;
        }

        @Override
        public void prove(Blob blob) {}

        @Override
        public boolean read(Blob blob, BlockKey key, long offset, MemorySegment into) {
            return false;
        }
    };

    /** Whether others are asked before the source: not for blocks that are this agent's own to fetch. Waits for nothing. */
    boolean areAsked(Blob blob, long offset);

    /** Whether this agent is the block's owner, as far as the others are known; not while none is. Waits for nothing. */
    boolean selfOwns(Blob blob, long offset);

    /**
     * Waits until {@link #read} can judge what peers give of this blob; that may take as long as reading all of it. To be
     * called before anything is held that others wait for.
     *
     * @throws BlobException.Unavailable if no peer gives what the blob's name says
     */
    void prove(Blob blob) throws BlobException;

    /**
     * Reads a whole block from a peer. Every failure of a peer costs time, never the read.
     *
     * @param offset of the block in the blob
     * @param into   where {@code key.lengthBytes()} bytes go; nothing is written to it after the return
     * @return whether the block is there, verified; else the source has to be asked and {@code into} holds anything
     * @throws BlobException.Interrupted if this thread was interrupted
     */
    boolean read(Blob blob, BlockKey key, long offset, MemorySegment into) throws BlobException;
}
