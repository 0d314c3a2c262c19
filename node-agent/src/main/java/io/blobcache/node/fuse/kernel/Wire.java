package io.blobcache.node.fuse.kernel;

/**
 * Where the fields of the structures of linux/fuse.h lie: offsets in bytes from the structure's start, under its name
 * there. All numbers are in the machine's byte order and aligned to their size.
 */
final class Wire {
    /** Version 7.31 of the protocol (Linux 5.4) has all that we cannot do without: max_pages, symlink caching. */
    static final int MAJOR = 7;

    static final int MIN_MINOR = 31;
    /** Linux 6.18, the newest whose structures were checked against these offsets. */
    static final int MAX_MINOR = 45;

    private Wire() {}

    static final class InHeader {
        static final int LEN = 0;
        static final int OPCODE = 4;
        static final int UNIQUE = 8;
        static final int NODEID = 16;
        static final int BYTES = 40;

        private InHeader() {}
    }

    static final class OutHeader {
        static final int LEN = 0;
        static final int ERROR = 4;
        static final int UNIQUE = 8;
        static final int BYTES = 16;

        private OutHeader() {}
    }

    static final class InitIn {
        static final int MAJOR = 0;
        static final int MINOR = 4;
        static final int FLAGS = 12;
        static final int FLAGS2 = 16;
        /** Up to and with flags, as before 7.36; flags2 is there if FUSE_INIT_EXT says so. */
        static final int MIN_BYTES = 16;

        private InitIn() {}
    }

    static final class InitOut {
        static final int MAJOR = 0;
        static final int MINOR = 4;
        static final int MAX_READAHEAD = 8;
        static final int FLAGS = 12;
        /** 16 bits, as is the next. */
        static final int MAX_BACKGROUND = 16;

        static final int CONGESTION_THRESHOLD = 18;
        static final int MAX_WRITE = 20;
        static final int TIME_GRAN = 24;
        /** 16 bits. */
        static final int MAX_PAGES = 28;

        static final int FLAGS2 = 32;
        static final int MAX_STACK_DEPTH = 36;
        static final int BYTES = 64;

        private InitOut() {}
    }

    static final class Attr {
        static final int INO = 0;
        static final int SIZE = 8;
        static final int BLOCKS = 16;
        static final int ATIME = 24;
        static final int MTIME = 32;
        static final int CTIME = 40;
        static final int ATIMENSEC = 48;
        static final int MTIMENSEC = 52;
        static final int CTIMENSEC = 56;
        static final int MODE = 60;
        static final int NLINK = 64;
        static final int UID = 68;
        static final int GID = 72;
        static final int BLKSIZE = 80;
        static final int BYTES = 88;

        private Attr() {}
    }

    static final class EntryOut {
        static final int NODEID = 0;
        static final int ENTRY_VALID = 16;
        static final int ATTR_VALID = 24;
        static final int ENTRY_VALID_NSEC = 32;
        static final int ATTR_VALID_NSEC = 36;
        static final int ATTR = 40;
        static final int BYTES = ATTR + Wire.Attr.BYTES;

        private EntryOut() {}
    }

    static final class AttrOut {
        static final int ATTR_VALID = 0;
        static final int ATTR_VALID_NSEC = 8;
        static final int ATTR = 16;
        static final int BYTES = ATTR + Wire.Attr.BYTES;

        private AttrOut() {}
    }

    static final class ForgetIn {
        static final int NLOOKUP = 0;

        private ForgetIn() {}
    }

    static final class BatchForgetIn {
        static final int COUNT = 0;
        static final int BYTES = 8;
        /** {@code struct fuse_forget_one}, {@code COUNT} of them behind it. */
        static final int ONE_BYTES = 16;

        static final int ONE_NODEID = 0;
        static final int ONE_NLOOKUP = 8;

        private BatchForgetIn() {}
    }

    static final class OpenIn {
        static final int FLAGS = 0;

        private OpenIn() {}
    }

    static final class OpenOut {
        static final int FH = 0;
        static final int OPEN_FLAGS = 8;
        static final int BACKING_ID = 12;
        static final int BYTES = 16;

        private OpenOut() {}
    }

    /** Of READ, READDIR and READDIRPLUS alike. */
    static final class ReadIn {
        static final int FH = 0;
        static final int OFFSET = 8;
        static final int SIZE = 16;

        private ReadIn() {}
    }

    static final class ReleaseIn {
        static final int FH = 0;

        private ReleaseIn() {}
    }

    static final class InterruptIn {
        static final int UNIQUE = 0;

        private InterruptIn() {}
    }

    /** {@code struct fuse_kstatfs}: free blocks and files stay 0. */
    static final class StatfsOut {
        static final int BLOCKS = 0;
        static final int FILES = 24;
        static final int BSIZE = 40;
        static final int NAMELEN = 44;
        static final int FRSIZE = 48;
        static final int BYTES = 80;

        private StatfsOut() {}
    }

    static final class Dirent {
        static final int INO = 0;
        static final int OFF = 8;
        static final int NAMELEN = 16;
        static final int TYPE = 20;
        static final int NAME = 24;

        private Dirent() {}

        /** FUSE_DIRENT_ALIGN: records begin at a multiple of eight. */
        static int bytes(int nameBytes) {
            return (NAME + nameBytes + 7) & ~7;
        }
    }
}
