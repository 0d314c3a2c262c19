package io.blobcache.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One connection to a process that serves the bytes of one file: what {@link TransferClient} measures. Safe for several
 * threads; whether their reads share the connection or wait for each other is the transport's affair.
 */
interface BlockTransport extends AutoCloseable {
    /**
     * Fills {@code target} from its position to its limit with the file's bytes from {@code offset} on.
     *
     * @param offset in bytes; the file has at least {@code target.remaining()} bytes from there
     * @param target direct; its position is at its limit afterwards
     * @throws IOException if the connection breaks, or the server answers too few bytes or too many
     */
    void read(long offset, ByteBuffer target) throws IOException;

    @Override
    void close() throws IOException;
}
