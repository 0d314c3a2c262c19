package io.blobcache.node.mesh.client;

import io.blobcache.node.model.BlobException;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.grpc.Channel;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/** What carries requests to one peer. Thread-safe. */
interface Line extends AutoCloseable {

    /**
     * Asks for a block and waits. When it returns, nothing is written to the block's place any more.
     *
     * @param into     exactly the place of the block
     * @param progress longest time without a word of the peer
     * @throws BlobException.Interrupted if this thread was interrupted
     */
    Answer ask(ReadBlockRequest request, MemorySegment into, Duration progress) throws BlobException;

    /** For calls that are not about blocks. */
    Channel channel();

    /** Ends the pause that a connection makes before it is tried again. */
    void hurry();

    @Override
    void close();
}
