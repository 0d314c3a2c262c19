package io.blobcache.node.fuse.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.blobcache.node.fuse.FuseFileSystem;
import io.blobcache.node.fuse.kernel.Wire.Dirent;
import io.blobcache.node.fuse.kernel.Wire.EntryOut;
import io.blobcache.node.fuse.kernel.Wire.OpenOut;
import java.lang.foreign.MemorySegment;

/**
 * Takes back what a reply promised when the kernel has not taken the reply: the handle that nobody will release, the
 * lookups that nobody will forget. All of it stands in the reply itself.
 */
final class Undo {
    private final FuseFileSystem fileSystem;
    private final BackingFiles backingFiles;

    Undo(FuseFileSystem fileSystem, BackingFiles backingFiles) {
        this.fileSystem = fileSystem;
        this.backingFiles = backingFiles;
    }

    void undo(int opcode, long inode, FuseReply reply) {
        if (reply.failed()) {
            return;
        }
        MemorySegment memory = reply.memory();
        switch (opcode) {
            case Opcode.LOOKUP -> forget(memory.get(JAVA_LONG, FuseReply.BODY + EntryOut.NODEID));
            case Opcode.OPEN -> {
                backingFiles.released(inode);
                fileSystem.release(memory.get(JAVA_LONG, FuseReply.BODY + OpenOut.FH));
            }
            case Opcode.OPENDIR -> fileSystem.releaseDirectory(memory.get(JAVA_LONG, FuseReply.BODY + OpenOut.FH));
            case Opcode.READDIRPLUS -> forgetListed(memory, FuseReply.HEADER + (long) reply.bytes());
            default -> {}
        }
    }

    private void forgetListed(MemorySegment memory, long end) {
        long at = FuseReply.BODY;
        while (at < end) {
            long dirent = at + EntryOut.BYTES;
            int nameBytes = memory.get(JAVA_INT, dirent + Dirent.NAMELEN);
            if (!isDots(memory, dirent + Dirent.NAME, nameBytes)) {
                forget(memory.get(JAVA_LONG, at + EntryOut.NODEID));
            }
            at = dirent + Dirent.bytes(nameBytes);
        }
    }

    /** "." and "..": listed without being looked up. */
    private static boolean isDots(MemorySegment memory, long name, int nameBytes) {
        return memory.get(JAVA_BYTE, name) == '.'
                && (nameBytes == 1 || (nameBytes == 2 && memory.get(JAVA_BYTE, name + 1) == '.'));
    }

    private void forget(long inode) {
        if (inode != 0) {
            fileSystem.forget(inode, 1);
        }
    }
}
