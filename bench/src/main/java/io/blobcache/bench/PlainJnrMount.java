package io.blobcache.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import jnr.ffi.Pointer;
import jnr.ffi.types.off_t;
import jnr.ffi.types.size_t;
import ru.serce.jnrfuse.ErrorCodes;
import ru.serce.jnrfuse.FuseFillDir;
import ru.serce.jnrfuse.FuseStubFS;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseFileInfo;

/**
 * The yardstick of the copying mount: one file served by jnr-fuse as its examples do it, with its default options, one
 * array for each read and nothing else. {@code PlainJnrMount FILE DIR} mounts DIR/NAME until the process is ended.
 */
final class PlainJnrMount extends FuseStubFS {
    private final FileChannel channel;
    private final String path;
    private final long lengthBytes;

    private PlainJnrMount(FileChannel channel, String name) throws IOException {
        this.channel = channel;
        this.path = "/" + name;
        this.lengthBytes = channel.size();
    }

    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        PlainJnrMount mount =
                new PlainJnrMount(FileChannel.open(file), file.getFileName().toString());
        Path directory = Files.createDirectories(Path.of(args[1]));
        Runtime.getRuntime().addShutdownHook(new Thread(mount::umount));
        mount.mount(directory, true);
    }

    @Override
    public int getattr(String asked, FileStat stat) {
        if (asked.equals("/")) {
            stat.st_mode.set(FileStat.S_IFDIR | 0555);
            stat.st_nlink.set(2);
            return 0;
        }
        if (!asked.equals(path)) {
            return -ErrorCodes.ENOENT();
        }
        stat.st_mode.set(FileStat.S_IFREG | 0444);
        stat.st_nlink.set(1);
        stat.st_size.set(lengthBytes);
        return 0;
    }

    @Override
    public int readdir(String asked, Pointer into, FuseFillDir filler, @off_t long offset, FuseFileInfo info) {
        filler.apply(into, ".", null, 0);
        filler.apply(into, "..", null, 0);
        filler.apply(into, path.substring(1), null, 0);
        return 0;
    }

    @Override
    public int open(String asked, FuseFileInfo info) {
        return asked.equals(path) ? 0 : -ErrorCodes.ENOENT();
    }

    @Override
    public int read(String asked, Pointer into, @size_t long size, @off_t long offset, FuseFileInfo info) {
        byte[] bytes = new byte[(int) size];
        try {
            int count = Math.max(0, channel.read(ByteBuffer.wrap(bytes), offset));
            into.put(0, bytes, 0, count);
            return count;
        } catch (IOException _) {
            return -ErrorCodes.EIO();
        }
    }
}
