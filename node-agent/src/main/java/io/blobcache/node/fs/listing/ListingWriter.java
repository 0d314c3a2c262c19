package io.blobcache.node.fs.listing;

import io.blobcache.node.metrics.NameCounters;
import io.blobcache.node.source.ListingPage;
import io.blobcache.node.source.SourceEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Turns the pages of a source into the records of one listing. Used by one thread at a time. */
final class ListingWriter {
    /** An index entry for each so many records: 16,000 names in memory for a million, 1 MB. */
    private static final int RECORDS_PER_INDEX_ENTRY = 64;

    private static final int MIN_BATCH_BYTES = 1024;

    private final String directory;
    private final InodeNumbers inodes;
    private final Instant directoryTime;
    private final NameCounters counters;
    private final Spool spool;
    private final Arrivals arrivals = new Arrivals(this::write);
    private final MessageDigest digest = sha256();
    private byte[] batch = new byte[MIN_BATCH_BYTES];
    private int batched;
    private ListingIndex index = ListingIndex.EMPTY;
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
        // Not kept between pages: ten thousand listings that wait for more would hold a gigabyte.
        batch = new byte[MIN_BATCH_BYTES];
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

    /** Of every 64th record, the first included; what is in it never changes. */
    ListingIndex index() {
        return index;
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
            index = index.with(spool.length() + batched, entry.name().getBytes(StandardCharsets.UTF_8));
        }
        System.arraycopy(record, 0, batch, batched, record.length);
        batched += record.length;
        records++;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
