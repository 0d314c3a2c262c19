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
            int bytes = content.remaining();
            space.take(bytes);
            takenBytes += bytes;
            maker.add(content);
            while (content.hasRemaining()) {
                out.write(content);
            }
        } catch (IOException e) {
            throw StoreException.of(e);
        }
    }

    public long lengthBytes() {
        return maker.lengthBytes();
    }

    /**
     * Ends the content. When it returns, the content is durable, and one copy of it is stored however often it was.
     *
     * @return its SHA-256 as 64 lower-case hexadecimal digits
     */
    public String finish() throws StoreException {
        BlockList list = maker.list();
        String digest = HexFormat.of().formatHex(maker.digest());
        try {
            out.force(true);
            out.close();
            published = store.publish(part, digest, list);
            return digest;
        } catch (IOException e) {
            throw StoreException.of(e);
        }
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
