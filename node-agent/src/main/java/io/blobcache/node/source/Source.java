package io.blobcache.node.source;

import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlobNaming;
import java.lang.foreign.MemorySegment;

/**
 * Where blobs come from: a bucket, a web server, a directory. Knows no cache, no inode and no path of the mount. Calls
 * wait for the network, retry as configured and end within their deadline. Interrupting the thread ends a call with
 * {@link BlobException.Interrupted}. Thread-safe.
 *
 * <p>A path is a key of the source as its listing gave it: any characters, segments joined by {@code /}; the empty path
 * is the root. What of it may appear in a mount is the name space's decision ({@code fs}), not the source's.
 */
public interface Source extends BlobNaming, AutoCloseable {

    /** The declared address without credentials, such as {@code s3://bucket/prefix}: what people are shown. */
    String name();

    /** Tells this source from all others, without credentials: part of the identity of each blob and inode. */
    default String identity() {
        return name();
    }

    /** The source that is asked for what stands at a path: this one, unless it is made of several. */
    default Source at(String path) {
        return this;
    }

    @Override
    default Blob blob(String path, String version, long lengthBytes) {
        return Blob.ofSource(identity(), path, version, lengthBytes);
    }

    /**
     * Proves that the source can be read, so that a mount of a wrong one fails at once.
     *
     * @throws BlobException with what is wrong and what to do, in one line
     */
    void check() throws BlobException;

    /**
     * One page of the children of a directory, ordered by the UTF-8 bytes of their keys. The key of a directory ends
     * in a slash, as a bucket orders it: {@code a!}, {@code a/}, {@code a0}. One name may appear twice, as a file and as
     * a directory, pages apart. A page may be empty without being the last.
     *
     * @param directory without a trailing slash; empty for the root
     * @param afterToken what the page before gave as {@link ListingPage#nextToken}; empty for the first
     * @throws BlobException.NotFound if the source knows that there is no such directory
     */
    ListingPage list(String directory, String afterToken) throws BlobException;

    /** Whether a listing of this directory names all that {@link #stat} finds in it. */
    default boolean listsAll(String directory) {
        return true;
    }

    /**
     * What stands at a path now.
     *
     * @throws BlobException.NotFound if the source says that there is nothing
     */
    SourceEntry stat(String path) throws BlobException;

    /**
     * Reads exactly {@code length} bytes of one version of a blob.
     *
     * @param into     filled from 0 to {@code length}, in order
     * @param progress told how far the bytes have arrived, so that readers need not wait for the whole
     * @throws BlobException.Changed if the source no longer has this version; nothing of another version was written
     */
    void read(Blob blob, long offset, int length, MemorySegment into, Progress progress) throws BlobException;

    @Override
    void close();

    /** Told by the thread that reads. */
    @FunctionalInterface
    interface Progress {

        /** @param bytes bytes that are now in place, counted from the start; never goes back */
        void arrived(int bytes);
    }
}
