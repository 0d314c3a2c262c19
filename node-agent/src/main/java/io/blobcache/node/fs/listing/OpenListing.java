package io.blobcache.node.fs.listing;

import io.blobcache.node.fuse.Patience;
import io.blobcache.node.model.BlobException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A snapshot that somebody reads: it stays, and is filled to its end, until this is closed. */
public final class OpenListing implements AutoCloseable {
    private final Listings listings;
    private final Listing listing;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param listing a claim on it passes to this */
    OpenListing(Listings listings, Listing listing) {
        this.listings = listings;
        this.listing = listing;
        listing.wanted();
    }

    public Listing listing() {
        return listing;
    }

    /**
     * Waits until there is an entry at {@code offset}, or the end; asks the source again if that had failed.
     *
     * @return {@code false} if it would have to wait and must not
     */
    public boolean awaitBeyond(long offset, Patience patience) throws BlobException {
        listings.fillIfNeeded(listing);
        return listing.awaitBeyond(offset, patience);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            listing.wantedNoMore();
            listing.close();
        }
    }
}
