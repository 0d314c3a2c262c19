package io.blobcache.node.fuse.kernel;

import io.blobcache.node.config.FuseConfig;
import io.blobcache.node.fuse.FuseAttributes;
import io.blobcache.node.fuse.FuseEntry;
import io.blobcache.node.fuse.FuseException;
import io.blobcache.node.fuse.FuseFileSystem;
import io.blobcache.node.fuse.OpenedDirectory;
import io.blobcache.node.fuse.OpenedFile;
import io.blobcache.node.fuse.Patience;
import io.blobcache.node.fuse.kernel.Wire.BatchForgetIn;
import io.blobcache.node.fuse.kernel.Wire.ForgetIn;
import io.blobcache.node.fuse.kernel.Wire.OpenIn;
import io.blobcache.node.fuse.kernel.Wire.ReadIn;
import io.blobcache.node.fuse.kernel.Wire.ReleaseIn;
import io.blobcache.node.posix.Errno;
import io.blobcache.node.posix.Posix;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries out one request: from its fields to a call of the file system to the reply's fields. Whatever would write
 * fails with EROFS, whatever is unknown with ENOSYS, which the kernel remembers and asks no more. Thread-safe.
 */
final class FuseOperations {
    /** The kernel's page cache of the inode stays valid. */
    private static final int FOPEN_KEEP_CACHE = 1 << 1;

    /** The kernel may keep the listing. */
    private static final int FOPEN_CACHE_DIR = 1 << 3;

    /** No FLUSH at close: nothing is written, and a close must never wait for an agent that is not there. */
    private static final int FOPEN_NOFLUSH = 1 << 5;

    /** Reads go to the backing file. Of the other flags only NOFLUSH may stand beside it. */
    private static final int FOPEN_PASSTHROUGH = 1 << 7;

    /** O_WRONLY or O_RDWR. */
    private static final int WRITE_MODES = Posix.O_WRONLY | Posix.O_RDWR;

    private final FuseFileSystem fileSystem;
    private final Handshake handshake;
    private final BackingFiles backingFiles;
    private final Supplier<FuseConfig> config;
    private volatile Validities validities;

    /** @param config asked at each answer: how long the kernel may believe it may change while we serve */
    FuseOperations(
            FuseFileSystem fileSystem, Supplier<FuseConfig> config, Handshake handshake, BackingFiles backingFiles) {
        this.fileSystem = fileSystem;
        this.handshake = handshake;
        this.backingFiles = backingFiles;
        this.config = config;
        this.validities = Validities.of(config.get());
    }

    /** Made anew only when the configuration is another one: an answer allocates nothing. */
    private Validities validities() {
        FuseConfig now = config.get();
        Validities known = validities;
        if (!known.config().equals(now)) {
            known = Validities.of(now);
            validities = known;
        }
        return known;
    }

    /** A writer for listings into this reply. */
    DirectoryWriter writer(FuseReply reply) {
        Validities valid = validities();
        return new DirectoryWriter(reply, valid.entry(), valid.attributes());
    }

    /** @throws FuseException to be answered with its number */
    Outcome handle(FuseRequest request, FuseReply reply, Patience patience) throws FuseException {
        return switch (request.opcode()) {
            case Opcode.READ -> read(request, reply, patience);
            case Opcode.LOOKUP -> lookup(request, reply, patience);
            case Opcode.GETATTR -> attributes(request, reply, patience);
            case Opcode.OPEN -> open(request, reply, patience);
            case Opcode.RELEASE -> release(request, reply);
            case Opcode.OPENDIR -> openDirectory(request, reply, patience);
            case Opcode.READDIR -> readDirectory(request, reply, false, patience);
            case Opcode.READDIRPLUS -> readDirectory(request, reply, true, patience);
            case Opcode.RELEASEDIR -> releaseDirectory(request, reply);
            case Opcode.READLINK -> readLink(request, reply, patience);
            case Opcode.FORGET -> forget(request);
            case Opcode.BATCH_FORGET -> forgetAll(request);
            case Opcode.STATFS -> statistics(reply);
            case Opcode.DESTROY -> done(reply);
            case Opcode.SETATTR,
                    Opcode.SYMLINK,
                    Opcode.MKNOD,
                    Opcode.MKDIR,
                    Opcode.UNLINK,
                    Opcode.RMDIR,
                    Opcode.RENAME,
                    Opcode.RENAME2,
                    Opcode.LINK,
                    Opcode.WRITE,
                    Opcode.SETXATTR,
                    Opcode.REMOVEXATTR,
                    Opcode.CREATE,
                    Opcode.TMPFILE,
                    Opcode.FALLOCATE,
                    Opcode.COPY_FILE_RANGE,
                    Opcode.COPY_FILE_RANGE_64 -> throw new FuseException(Errno.EROFS);
            default -> throw new FuseException(Errno.ENOSYS);
        };
    }

    private Outcome lookup(FuseRequest request, FuseReply reply, Patience patience) throws FuseException {
        String name = request.name();
        @Nullable FuseEntry entry;
        try {
            entry = fileSystem.lookup(request.inode(), name, patience);
        } catch (FuseException e) {
            Validity missing = validities().missing();
            if (e.errno() != Errno.ENOENT || missing.isNone()) {
                throw e;
            }
            reply.missingEntry(missing, e.believedMillis());
            return Outcome.REPLY;
        }
        if (entry == null) {
            return Outcome.MUST_WAIT;
        }
        Validities valid = validities();
        reply.entry(entry, valid.entry(), valid.attributes());
        return Outcome.REPLY;
    }

    private Outcome attributes(FuseRequest request, FuseReply reply, Patience patience) throws FuseException {
        FuseAttributes attributes = fileSystem.attributes(request.inode(), patience);
        if (attributes == null) {
            return Outcome.MUST_WAIT;
        }
        reply.attributes(attributes, validities().attributes());
        return Outcome.REPLY;
    }

    private Outcome readLink(FuseRequest request, FuseReply reply, Patience patience) throws FuseException {
        String target = fileSystem.readLink(request.inode(), patience);
        if (target == null) {
            return Outcome.MUST_WAIT;
        }
        reply.link(target);
        return Outcome.REPLY;
    }

    private Outcome open(FuseRequest request, FuseReply reply, Patience patience) throws FuseException {
        if ((request.intAt(OpenIn.FLAGS) & (WRITE_MODES | Posix.O_TRUNC)) != 0) {
            throw new FuseException(Errno.EROFS);
        }
        OpenedFile file = fileSystem.open(request.inode(), patience);
        if (file == null) {
            return Outcome.MUST_WAIT;
        }
        int backingId = handshake.hasPassthrough() ? backingFiles.opened(request.inode(), file) : BackingFiles.CACHED;
        if (backingId != BackingFiles.CACHED) {
            reply.open(file.handle(), FOPEN_PASSTHROUGH | FOPEN_NOFLUSH, backingId);
        } else {
            reply.open(file.handle(), FOPEN_NOFLUSH | (file.keepCache() ? FOPEN_KEEP_CACHE : 0), 0);
        }
        return Outcome.REPLY;
    }

    private Outcome read(FuseRequest request, FuseReply reply, Patience patience) throws FuseException {
        long offset = request.longAt(ReadIn.OFFSET);
        int size = request.intAt(ReadIn.SIZE);
        if (offset < 0 || size < 0 || size > reply.capacityBytes()) {
            throw new FuseException(Errno.EINVAL);
        }
        int copied = fileSystem.read(request.longAt(ReadIn.FH), offset, size, reply.memory(), FuseReply.BODY, patience);
        if (copied == FuseFileSystem.WOULD_BLOCK) {
            return Outcome.MUST_WAIT;
        }
        if (copied < 0 || copied > size) {
            throw new IllegalStateException("read answered " + copied + " of " + size + " bytes");
        }
        reply.body(copied);
        return Outcome.REPLY;
    }

    private Outcome release(FuseRequest request, FuseReply reply) throws FuseException {
        long handle = request.longAt(ReleaseIn.FH);
        backingFiles.released(request.inode());
        fileSystem.release(handle);
        return done(reply);
    }

    private Outcome openDirectory(FuseRequest request, FuseReply reply, Patience patience) throws FuseException {
        OpenedDirectory directory = fileSystem.openDirectory(request.inode(), patience);
        if (directory == null) {
            return Outcome.MUST_WAIT;
        }
        reply.open(directory.handle(), FOPEN_CACHE_DIR | (directory.keepCache() ? FOPEN_KEEP_CACHE : 0), 0);
        return Outcome.REPLY;
    }

    private Outcome readDirectory(FuseRequest request, FuseReply reply, boolean plus, Patience patience)
            throws FuseException {
        int size = request.intAt(ReadIn.SIZE);
        if (size < 0) {
            throw new FuseException(Errno.EINVAL);
        }
        DirectoryWriter writer = writer(reply);
        writer.begin(plus, size);
        try {
            if (!fileSystem.readDirectory(request.longAt(ReadIn.FH), request.longAt(ReadIn.OFFSET), writer, patience)) {
                return Outcome.MUST_WAIT;
            }
        } catch (FuseException e) {
            // As getdents(2): what was listed is given, and the error to the next request.
            if (writer.usedBytes() == 0) {
                throw e;
            }
        }
        reply.body(writer.usedBytes());
        return Outcome.REPLY;
    }

    private Outcome releaseDirectory(FuseRequest request, FuseReply reply) throws FuseException {
        fileSystem.releaseDirectory(request.longAt(ReleaseIn.FH));
        return done(reply);
    }

    private Outcome forget(FuseRequest request) throws FuseException {
        fileSystem.forget(request.inode(), request.longAt(ForgetIn.NLOOKUP));
        return Outcome.NO_REPLY;
    }

    private Outcome forgetAll(FuseRequest request) throws FuseException {
        int count = request.intAt(BatchForgetIn.COUNT);
        for (int i = 0; i < count; i++) {
            int one = BatchForgetIn.BYTES + i * BatchForgetIn.ONE_BYTES;
            fileSystem.forget(
                    request.longAt(one + BatchForgetIn.ONE_NODEID), request.longAt(one + BatchForgetIn.ONE_NLOOKUP));
        }
        return Outcome.NO_REPLY;
    }

    private Outcome statistics(FuseReply reply) {
        reply.statistics(fileSystem.statistics());
        return Outcome.REPLY;
    }

    private static Outcome done(FuseReply reply) {
        reply.body(0);
        return Outcome.REPLY;
    }
}
