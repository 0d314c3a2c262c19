package io.blobcache.node.store;

import static java.nio.file.StandardOpenOption.READ;

import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One stored content, open. Before a block is read for the first time since the start it is compared with its digest.
 * Used by one thread at a time.
 */
public final class ContentReader implements AutoCloseable {
    private static final int PIECE_BYTES = 64 << 10;

    private final FileChannel in;
    private final String digest;
    private final long lengthBytes;
    private final ContentStore store;
    private final CheckedBlocks blocks;

    private ContentReader(FileChannel in, String digest, long lengthBytes, ContentStore store, CheckedBlocks blocks) {
        this.in = in;
        this.digest = digest;
        this.lengthBytes = lengthBytes;
        this.store = store;
        this.blocks = blocks;
    }

    static ContentReader open(StoreDirectory directory, String digest, long lengthBytes, ContentStore store)
            throws BlobException {
        FileChannel in = null;
        try {
            in = FileChannel.open(directory.file(digest), READ);
            CheckedBlocks known = store.lists().getIfPresent(digest);
            CheckedBlocks blocks = known == null ? load(directory, digest, in, store) : known;
            store.lists().put(digest, blocks);
            if (in.size() != blocks.list().lengthBytes()) {
                throw damaged(
                        store,
                        digest,
                        "%d bytes of %d".formatted(in.size(), blocks.list().lengthBytes()));
            }
            return new ContentReader(in, digest, blocks.list().lengthBytes(), store, blocks);
        } catch (IOException e) {
            close(in);
            throw failed(e);
        }
    }

    public long lengthBytes() {
        return lengthBytes;
    }

    /**
     * Fills {@code into} from an offset.
     *
     * @throws BlobException.Corrupt if the bytes are not those that were stored; the content is not served any more
     */
    public void read(long offset, MemorySegment into) throws BlobException {
        try {
            long end = offset + into.byteSize();
            for (long at = offset; at < end; at = (at / BlockList.BLOCK_BYTES + 1) * BlockList.BLOCK_BYTES) {
                check((int) (at / BlockList.BLOCK_BYTES));
            }
            ByteBuffer rest = into.asByteBuffer();
            while (rest.hasRemaining()) {
                if (in.read(rest, offset + rest.position()) < 0) {
                    throw damaged(store, digest, "it ends before byte " + end);
                }
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public void close() {
        close(in);
    }

    private void check(int index) throws IOException {
        if (blocks.isChecked(index)) {
            return;
        }
        MessageDigest sha256 = Sha256.begin();
        long from = (long) index * BlockList.BLOCK_BYTES;
        long end = from + blocks.list().lengthOf(index);
        feed(in, from, end, sha256::update);
        if (!blocks.list().fits(index, sha256.digest())) {
            throw damaged(store, digest, "block " + index + " has another digest");
        }
        blocks.check(index);
    }

    /** Without a list that is whole, all of the content is hashed: its own name says what it has to be. */
    private static CheckedBlocks load(StoreDirectory directory, String digest, FileChannel in, ContentStore store)
            throws IOException {
        Optional<BlockList> list = directory.readList(digest);
        if (list.isPresent()) {
            return new CheckedBlocks(list.get());
        }
        BlockList.Maker maker = new BlockList.Maker();
        feed(in, 0, in.size(), maker::add);
        BlockList made = maker.list();
        if (!HexFormat.of().formatHex(maker.digest()).equals(digest)) {
            throw damaged(store, digest, "its list of blocks is damaged or missing, and it has another digest");
        }
        directory.writeList(digest, made);
        return new CheckedBlocks(made);
    }

    private static void feed(FileChannel in, long from, long end, Consumer<ByteBuffer> to) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        long at = from;
        while (at < end) {
            piece.clear().limit((int) Math.min(PIECE_BYTES, end - at));
            int read = in.read(piece, at);
            if (read < 0) {
                return;
            }
            to.accept(piece.flip());
            at += read;
        }
    }

    private static BlobException.Corrupt damaged(ContentStore store, String digest, String what) {
        store.damaged(digest, what);
        return new BlobException.Corrupt("stored content %s is damaged: %s".formatted(digest, what));
    }

    private static BlobException failed(IOException e) {
        return switch (e) {
            case BlobException known -> known;
            case ClosedByInterruptException _ -> new BlobException.Interrupted("reading stored content was given up");
            default -> new BlobException.Unavailable("stored content cannot be read: " + e.getMessage(), e);
        };
    }

    private static void close(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a file that was read cannot be closed", e);
        }
    }
}
