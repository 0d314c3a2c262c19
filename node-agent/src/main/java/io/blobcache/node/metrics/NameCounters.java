package io.blobcache.node.metrics;

import java.util.concurrent.atomic.LongAdder;

/** What the name space counts: how often the source had to be asked, and what of it is not shown. */
public final class NameCounters {
    /** Pages of listings asked of the source, and attributes of single paths. */
    public final LongAdder listingPages = new LongAdder();

    public final LongAdder stats = new LongAdder();

    /** Listings begun for a reader that walks a tree, before it asked. */
    public final LongAdder listingsAhead = new LongAdder();

    /** Names and attributes answered from what was known because the source could not be reached. */
    public final LongAdder staleAnswers = new LongAdder();

    /** Times that the source could no longer be reached. */
    public final LongAdder outages = new LongAdder();

    /** Entries of the source that cannot be shown, each time they are listed. */
    public final LongAdder hiddenEntries = new LongAdder();

    /** Entries hidden behind a directory of the same name. */
    public final LongAdder shadowedFiles = new LongAdder();

    /** Listings that did not arrive in the order that the source promises. */
    public final LongAdder unorderedListings = new LongAdder();

    /** Looks into a kept listing that its disk did not answer; the source was asked instead. */
    public final LongAdder unreadableListings = new LongAdder();

    /** Listings removed for space. */
    public final LongAdder evictedListings = new LongAdder();

    /** Two names with one inode number: the second is refused. Expected never. */
    public final LongAdder inodeCollisions = new LongAdder();
}
