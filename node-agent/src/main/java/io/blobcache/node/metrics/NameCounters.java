package io.blobcache.node.metrics;

import java.util.concurrent.atomic.LongAdder;

/** What the name space counts: how often the source had to be asked, and what of it is not shown. */
public final class NameCounters {
    /** Pages of listings asked of the source, and attributes of single paths. */
    public final LongAdder listingPages = Counting.adder();

    public final LongAdder stats = Counting.adder();

    /** Listings begun for a reader that walks a tree, before it asked. */
    public final LongAdder listingsAhead = Counting.adder();

    /** Names and attributes answered from what was known because the source could not be reached. */
    public final LongAdder staleAnswers = Counting.adder();

    /** Times that the source could no longer be reached. */
    public final LongAdder outages = Counting.adder();

    /** Entries of the source that cannot be shown, each time they are listed. */
    public final LongAdder hiddenEntries = Counting.adder();

    /** Entries hidden behind a directory of the same name. */
    public final LongAdder shadowedFiles = Counting.adder();

    /** Listings that did not arrive in the order that the source promises. */
    public final LongAdder unorderedListings = Counting.adder();

    /** Looks into a kept listing that its disk did not answer; the source was asked instead. */
    public final LongAdder unreadableListings = Counting.adder();

    /** Listings removed for space. */
    public final LongAdder evictedListings = Counting.adder();

    /** Two names with one inode number: the second is refused. Expected never. */
    public final LongAdder inodeCollisions = Counting.adder();
}
