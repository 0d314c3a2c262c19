package io.blobcache.node.mesh.content;

import io.blobcache.node.model.BlobException;
import io.blobcache.node.store.ContentReader;
import io.blobcache.node.tier.BlobBlocks;
import io.blobcache.node.tier.TieredReader;
import java.lang.foreign.MemorySegment;

/** A content that can be read, wherever it lies; what is read is what was stored. Used by one thread at a time. */
sealed interface OpenContent extends AutoCloseable {

    long lengthBytes();

    /** Fills {@code into} from an offset; both ends are within the content. */
    void read(long offset, MemorySegment into) throws BlobException;

    @Override
    void close();

    /** Stored by this agent. */
    record Here(ContentReader reader) implements OpenContent {
        @Override
        public long lengthBytes() {
            return reader.lengthBytes();
        }

        @Override
        public void read(long offset, MemorySegment into) throws BlobException {
            reader.read(offset, into);
        }

        @Override
        public void close() {
            reader.close();
        }
    }

    /** Stored by others: read as a blob, so that it is cached, fetched once, and each block verified. */
    record There(TieredReader reader, BlobBlocks blocks) implements OpenContent {
        @Override
        public long lengthBytes() {
            return blocks.blob().lengthBytes();
        }

        @Override
        public void read(long offset, MemorySegment into) throws BlobException {
            int length = Math.toIntExact(into.byteSize());
            int read = reader.read(blocks, offset, length, into, 0, true);
            if (read != length) {
                throw new BlobException.Corrupt("%d bytes of %d of content".formatted(read, length));
            }
        }

        @Override
        public void close() {
            // Nothing is held between two reads.
        }
    }
}
