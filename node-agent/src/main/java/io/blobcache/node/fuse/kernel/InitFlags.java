package io.blobcache.node.fuse.kernel;

import io.blobcache.node.config.FuseConfig;

/** Capabilities of FUSE_INIT: those that we take if the kernel offers them, each with its reason. */
final class InitFlags {
    /** Several reads of one file under way at once: read-ahead does not wait for the reader's own request. */
    static final long ASYNC_READ = 1;

    /** A listing brings attributes along, so {@code ls -l} costs no lookup per name ... */
    static final long DO_READDIRPLUS = 1 << 13;

    /** ... but only for those that ask for attributes: a plain {@code ls} costs no attributes. */
    static final long READDIRPLUS_AUTO = 1 << 14;

    /** One direct read larger than a request is sent as several at once. */
    static final long ASYNC_DIO = 1 << 15;

    /** Lookups and listings of one directory at once: its contents never change under a lock of ours. */
    static final long PARALLEL_DIROPS = 1 << 18;

    /** Requests of more than 32 pages: max_pages of the reply counts. */
    static final long MAX_PAGES = 1 << 22;

    /** A link's target never changes under its inode. */
    static final long CACHE_SYMLINKS = 1 << 23;

    /**
     * Cached bytes are dropped only when an open says so (no FOPEN_KEEP_CACHE), not when a modification time changes:
     * whoever has an old version open goes on reading it.
     */
    static final long EXPLICIT_INVAL_DATA = 1 << 25;

    /** The reply's second word of flags counts. */
    static final long INIT_EXT = 1 << 30;

    /** The kernel reads a backing file itself. */
    static final long PASSTHROUGH = 1L << 37;

    /** A successor on the same descriptor may have unanswered requests sent again. */
    static final long HAS_RESEND = 1L << 39;

    /** Pods with a user namespace get their volumes as id-mapped mounts; we look at no user id. */
    static final long ALLOW_IDMAP = 1L << 40;

    /*
     * Not taken: BIG_WRITES, WRITEBACK_CACHE, ATOMIC_O_TRUNC, HANDLE_KILLPRIV (nothing is written); SPLICE_* (splicing
     * was measured slower than copying); EXPORT_SUPPORT (no NFS export: inodes cannot be found by number alone);
     * AUTO_INVAL_DATA (see EXPLICIT_INVAL_DATA); NO_OPEN_SUPPORT, NO_OPENDIR_SUPPORT (opens hold a version);
     * OVER_IO_URING (measured slower for sequential reads).
     */
    private static final long ALWAYS =
            ASYNC_DIO | PARALLEL_DIROPS | MAX_PAGES | EXPLICIT_INVAL_DATA | INIT_EXT | HAS_RESEND | ALLOW_IDMAP;

    private InitFlags() {}

    /** What the kernel offers and the configuration wants. */
    static long accepted(long offered, FuseConfig config) {
        long wanted = ALWAYS
                | (config.asyncRead() ? ASYNC_READ : 0)
                | (config.readdirplus() ? DO_READDIRPLUS | READDIRPLUS_AUTO : 0)
                | (config.cacheSymlinks() ? CACHE_SYMLINKS : 0)
                | (config.passthrough() ? PASSTHROUGH : 0);
        return offered & wanted;
    }
}
