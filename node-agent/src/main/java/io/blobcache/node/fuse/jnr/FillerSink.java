package io.blobcache.node.fuse.jnr;

import io.blobcache.node.fuse.DirectorySink;
import io.blobcache.node.fuse.FileType;
import io.blobcache.node.fuse.FuseEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import org.jspecify.annotations.Nullable;
import ru.serce.jnrfuse.FuseFillDir;
import ru.serce.jnrfuse.struct.FileStat;

/** The buffer of one readdir call. libfuse takes of the stat only the inode and the type. Of one thread. */
final class FillerSink implements DirectorySink {
    private final FuseFillDir filler;
    private final Pointer buffer;
    private final LongConsumer forget;
    private final FileStat stat = new FileStat(Runtime.getSystemRuntime());

    /** @param forget takes back one lookup of an inode */
    FillerSink(FuseFillDir filler, Pointer buffer, LongConsumer forget) {
        this.filler = filler;
        this.buffer = buffer;
        this.forget = forget;
    }

    @Override
    public boolean wantsAttributes() {
        return false;
    }

    @Override
    public boolean add(String name, long inode, FileType type, long nextCookie) {
        stat.st_ino.set(inode);
        stat.st_mode.set(type.modeBits());
        return filler.apply(buffer, terminated(name), Struct.getMemory(stat), nextCookie) == 0;
    }

    @Override
    public boolean addWithAttributes(String name, @Nullable FuseEntry entry, FileType type, long nextCookie) {
        boolean added = add(name, entry == null ? 0 : entry.inode(), type, nextCookie);
        // The caller counts a lookup for what was added, but libfuse will not hear of it and cannot forget it.
        if (added && entry != null && !name.equals(".") && !name.equals("..")) {
            forget.accept(entry.inode());
        }
        return added;
    }

    private static ByteBuffer terminated(String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(utf8.length + 1);
        return bytes.put(utf8).put((byte) 0).flip();
    }
}
