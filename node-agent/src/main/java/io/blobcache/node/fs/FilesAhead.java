package io.blobcache.node.fs;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.blobcache.node.fs.listing.Listing;
import io.blobcache.node.fs.listing.Listings;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobNaming;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Fetches the next files of a directory ahead of a reader that goes through it in the listing's order. It is told of
 * files that had to wait for the source and of files that it had fetched itself, and of no others: what is here costs
 * nothing. Thread-safe.
 */
final class FilesAhead {
    private static final int MAX_WALKS = 1024;

    private final Listings listings;
    private final BlobNaming source;
    private final BlobsAhead blobs;
    private final Executor executor;
    private final Cache<String, FileWalk> walks =
            Caffeine.newBuilder().maximumSize(MAX_WALKS).executor(Runnable::run).build();

    /** @param executor starts a thread for each task */
    FilesAhead(Listings listings, BlobNaming source, BlobsAhead blobs, Executor executor) {
        this.listings = listings;
        this.source = source;
        this.blobs = blobs;
        this.executor = executor;
    }

    /** A reader has read this file. Returns at once. */
    void read(Inode file) {
        if (blobs.maxFiles() > 0) {
            read(file.parent().path(), file.name());
        }
    }

    private void read(Blob blob) {
        int slash = blob.path().lastIndexOf('/');
        read(blob.path().substring(0, Math.max(0, slash)), blob.path().substring(slash + 1));
    }

    private void read(String directory, String name) {
        FileWalk walk = walks.get(directory, it -> new FileWalk(it, source, blobs, blobs.walk(this::read)));
        if (walk.reached(name)) {
            try {
                executor.execute(() -> follow(walk));
            } catch (RejectedExecutionException e) {
                walk.stop(); // The mount is closing.
            }
        }
    }

    /** On a thread that may wait for the listing's file. */
    private void follow(FileWalk walk) {
        for (String name = walk.next(); name != null; name = walk.next()) {
            Listing listing = listings.known(walk.directory());
            if (listing == null) {
                continue; // Whoever opens a file by its path alone needs none.
            }
            try (listing) {
                walk.follow(listing, name);
            } catch (IOException _) {
                // The listing's file cannot be read: whoever needs it is told; looking ahead is not needed.
                walks.invalidate(walk.directory());
            }
        }
    }
}
