package io.blobcache.node.store;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Content on its way into the store: goes straight to a file and is hashed meanwhile, so it takes no memory to speak of.
 * Closed without {@link #finish} it leaves nothing. Used by one thread at a time.
 */
public final class Upload implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Upload.class);

    private final ContentStore store;
    private final StoreSpace space;
    private final Path part;
    private final FileChannel out;
    private final BlockList.Maker maker = new BlockList.Maker();

    /**
     * The transport gives 16 KiB at a time, outside of the heap: gathered, they are one call of the system for sixteen,
     * and hashed as an array, which Java does without copying it in steps of 4 KiB.
     */
    private final byte[] gathered = new byte[256 << 10];

    private int gatheredBytes;
    private long takenBytes;
    private boolean published;

    Upload(ContentStore store, StoreSpace space, Path part) throws IOException {
        this.store = store;
        this.space = space;
        this.part = part;
        this.out = FileChannel.open(part, CREATE_NEW, WRITE);
    }

    /**
     * Appends bytes; waits for the disk.
     *
     * @param content read to its end
     * @throws StoreException if there is no room for it, or the device fails; {@link #close} is all that is left to do
     */
    public void append(ByteBuffer content) throws StoreException {
        try {
            while (content.hasRemaining()) {
                int piece = Math.min(content.remaining(), gathered.length - gatheredBytes);
                content.get(gathered, gatheredBytes, piece);
                gatheredBytes += piece;
                if (gatheredBytes == gathered.length) {
                    write();
                }
            }
        } catch (IOException e) {
            throw StoreException.of(e);
        }
    }

    public long lengthBytes() {
        return maker.lengthBytes() + gatheredBytes;
    }

    /**
     * Ends the content. When it returns, the content is durable, and one copy of it is stored however often it was.
     *
     * @return its SHA-256 as 64 lower-case hexadecimal digits
     */
    public String finish() throws StoreException {
        try {
            write();
            BlockList list = maker.list();
            String digest = HexFormat.of().formatHex(maker.digest());
            out.force(true);
            out.close();
            published = store.publish(part, digest, list);
            return digest;
        } catch (IOException e) {
            throw StoreException.of(e);
        }
    }

    private void write() throws IOException {
        space.take(gatheredBytes);
        takenBytes += gatheredBytes;
        ByteBuffer left = ByteBuffer.wrap(gathered, 0, gatheredBytes);
        maker.add(left);
        while (left.hasRemaining()) {
            out.write(left);
        }
        gatheredBytes = 0;
    }

    @Override
    public void close() {
        if (published) {
            return;
        }
        space.giveBack(takenBytes);
        takenBytes = 0;
        try {
            out.close();
            Files.deleteIfExists(part);
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("file", part)
                    .setCause(e)
                    .log("the rest of an upload is removed at the next start");
        }
    }
}
