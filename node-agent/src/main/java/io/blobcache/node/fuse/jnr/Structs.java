package io.blobcache.node.fuse.jnr;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.blobcache.node.fuse.FuseAttributes;
import io.blobcache.node.fuse.FuseStatistics;
import java.lang.foreign.MemorySegment;
import jnr.ffi.Pointer;
import jnr.ffi.Struct;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseFileInfo;
import ru.serce.jnrfuse.struct.Statvfs;

/** Between our records and the structures of libfuse 2.9. */
final class Structs {
    /** struct fuse_file_info of libfuse 2.9: int, unsigned long, int, one word of bits, and the handle at 24. */
    private static final long FILE_INFO_BYTES = 40;

    private static final long FILE_INFO_BITS_AT = 20;
    private static final long FILE_INFO_HANDLE_AT = 24;

    /** {@code direct_io:1, keep_cache:1}: jnr-fuse declares the bits as padding, so they are set here. */
    private static final int KEEP_CACHE = 1 << 1;

    private Structs() {}

    /** The bytes at a native address, as long as the call lasts in which it was given. */
    static MemorySegment bytes(Pointer pointer, long length) {
        return MemorySegment.ofAddress(pointer.address()).reinterpret(length);
    }

    static long handle(FuseFileInfo file) {
        return fileInfo(file).get(JAVA_LONG, FILE_INFO_HANDLE_AT);
    }

    static void setHandle(FuseFileInfo file, long handle) {
        fileInfo(file).set(JAVA_LONG, FILE_INFO_HANDLE_AT, handle);
    }

    static void setKeepCache(FuseFileInfo file) {
        MemorySegment info = fileInfo(file);
        info.set(JAVA_INT, FILE_INFO_BITS_AT, info.get(JAVA_INT, FILE_INFO_BITS_AT) | KEEP_CACHE);
    }

    static void fill(FileStat stat, FuseAttributes attributes) {
        stat.st_ino.set(attributes.inode());
        stat.st_mode.set(attributes.type().modeBits() | attributes.permissions());
        stat.st_nlink.set(attributes.links());
        stat.st_uid.set(attributes.userId());
        stat.st_gid.set(attributes.groupId());
        stat.st_size.set(attributes.sizeBytes());
        stat.st_blocks.set(attributes.blocks512());
        stat.st_atim.tv_sec.set(attributes.modifiedSeconds());
        stat.st_atim.tv_nsec.set(attributes.modifiedNanos());
        stat.st_mtim.tv_sec.set(attributes.modifiedSeconds());
        stat.st_mtim.tv_nsec.set(attributes.modifiedNanos());
        stat.st_ctim.tv_sec.set(attributes.modifiedSeconds());
        stat.st_ctim.tv_nsec.set(attributes.modifiedNanos());
    }

    static void fill(Statvfs into, FuseStatistics statistics) {
        into.f_bsize.set(statistics.blockBytes());
        into.f_frsize.set(statistics.blockBytes());
        into.f_blocks.set(statistics.blocks());
        into.f_bfree.set(0);
        into.f_bavail.set(0);
        into.f_files.set(statistics.files());
        into.f_ffree.set(0);
        into.f_favail.set(0);
        into.f_namemax.set(statistics.maxNameBytes());
    }

    private static MemorySegment fileInfo(FuseFileInfo file) {
        return bytes(Struct.getMemory(file), FILE_INFO_BYTES);
    }
}
