package io.blobcache.node.fuse.kernel;

import io.blobcache.node.metrics.FuseCounters.Operation;

/** What the kernel asks for: {@code enum fuse_opcode} of linux/fuse.h. */
final class Opcode {
    static final int LOOKUP = 1;
    static final int FORGET = 2;
    static final int GETATTR = 3;
    static final int SETATTR = 4;
    static final int READLINK = 5;
    static final int SYMLINK = 6;
    static final int MKNOD = 8;
    static final int MKDIR = 9;
    static final int UNLINK = 10;
    static final int RMDIR = 11;
    static final int RENAME = 12;
    static final int LINK = 13;
    static final int OPEN = 14;
    static final int READ = 15;
    static final int WRITE = 16;
    static final int STATFS = 17;
    static final int RELEASE = 18;
    static final int SETXATTR = 21;
    static final int REMOVEXATTR = 24;
    static final int INIT = 26;
    static final int OPENDIR = 27;
    static final int READDIR = 28;
    static final int RELEASEDIR = 29;
    static final int CREATE = 35;
    static final int INTERRUPT = 36;
    static final int DESTROY = 38;
    static final int BATCH_FORGET = 42;
    static final int FALLOCATE = 43;
    static final int READDIRPLUS = 44;
    static final int RENAME2 = 45;
    static final int COPY_FILE_RANGE = 47;
    static final int TMPFILE = 51;
    static final int COPY_FILE_RANGE_64 = 53;

    private Opcode() {}

    /** FORGET and BATCH_FORGET are not answered: the kernel keeps no request that an answer could belong to. */
    static boolean isAnswered(int opcode) {
        return opcode != FORGET && opcode != BATCH_FORGET;
    }

    /** Under which name a request is counted. */
    static Operation operation(int opcode) {
        return switch (opcode) {
            case LOOKUP -> Operation.LOOKUP;
            case GETATTR -> Operation.GETATTR;
            case READLINK -> Operation.READLINK;
            case OPEN -> Operation.OPEN;
            case READ -> Operation.READ;
            case RELEASE -> Operation.RELEASE;
            case OPENDIR -> Operation.OPENDIR;
            case READDIR -> Operation.READDIR;
            case READDIRPLUS -> Operation.READDIRPLUS;
            case RELEASEDIR -> Operation.RELEASEDIR;
            case FORGET, BATCH_FORGET -> Operation.FORGET;
            case STATFS -> Operation.STATFS;
            case INTERRUPT -> Operation.INTERRUPT;
            default -> Operation.OTHER;
        };
    }
}
