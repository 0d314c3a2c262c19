package io.blobcache.node.fs.listing;

import io.blobcache.node.metrics.NameCounters;
import io.blobcache.node.source.ListingPage;
import io.blobcache.node.source.SourceEntry;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Turns the pages of a source into the records of one listing. Used by one thread at a time. */
final class ListingWriter {
    /** An index entry for each so many records: 16,384 longs for a million names. */
    private static final int RECORDS_PER_INDEX_ENTRY = 64;

    private final String directory;
    private final InodeNumbers inodes;
    private final Instant directoryTime;
    private final NameCounters counters;
    private final Spool spool;
    private final Arrivals arrivals = new Arrivals(this::write);
    private final MessageDigest digest = sha256();
    private byte[] batch = new byte[4096];
    private int batched;
    private long[] index = new long[4];
    private int indexed;
    private long records;

    ListingWriter(String directory, InodeNumbers inodes, Instant directoryTime, NameCounters counters, Spool spool) {
        this.directory = directory;
        this.inodes = inodes;
        this.directoryTime = directoryTime;
        this.counters = counters;
        this.spool = spool;
    }

    /** Appends all of the page whose place is certain. */
    void append(ListingPage page) throws IOException {
        for (SourceEntry found : page.entries()) {
            Entry entry = shown(found);
            if (entry != null) {
                arrivals.arrived(entry);
            } else if (!found.path().equals(directory)) {
                // The directory itself, as a marker object, is no hidden entry of it.
                counters.hiddenEntries.increment();
            }
        }
        if (page.last()) {
            arrivals.ended();
        }
        counters.shadowedFiles.add(arrivals.takeShadowed());
        spool.append(batch, batched);
        digest.update(batch, 0, batched);
        batched = 0;
        if (page.last()) {
            spool.trim();
        }
    }

    boolean ordered() {
        return arrivals.ordered();
    }

    long records() {
        return records;
    }

    /** Offsets of every 64th record, the first included; what is in it never changes. */
    Index index() {
        return new Index(index, indexed);
    }

    /** Digest of all records; called once, after the last page. */
    byte[] digest() {
        return digest.digest();
    }

    private @Nullable Entry shown(SourceEntry found) {
        String name = NameRules.childName(directory, found.path());
        return name == null ? null : Entry.of(found, found.path(), name, inodes, directoryTime);
    }

    private void write(Entry entry) {
        byte[] record = EntryFormat.encode(entry);
        if (batched + record.length > batch.length) {
            batch = Arrays.copyOf(batch, Math.max(2 * batch.length, batched + record.length));
        }
        if (records % RECORDS_PER_INDEX_ENTRY == 0) {
            if (indexed == index.length) {
                index = Arrays.copyOf(index, 2 * indexed);
            }
            index[indexed++] = spool.length() + batched;
        }
        System.arraycopy(record, 0, batch, batched, record.length);
        batched += record.length;
        records++;
    }

    /** The first so many of the offsets; a longer index may share its array with a shorter one. */
    static final class Index {
        static final Index EMPTY = new Index(new long[0], 0);

        private final long[] offsets;
        private final int count;

        private Index(long[] offsets, int count) {
            this.offsets = offsets;
            this.count = count;
        }

        int count() {
            return count;
        }

        long offset(int at) {
            return offsets[at];
        }

        /** The last offset that is not above this one. */
        long floor(long offset) {
            int at = Arrays.binarySearch(offsets, 0, count, offset);
            return offsets[at >= 0 ? at : -at - 2];
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
