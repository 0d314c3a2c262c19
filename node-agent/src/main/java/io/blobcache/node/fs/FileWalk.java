package io.blobcache.node.fs;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.blobcache.node.fs.listing.Entry;
import io.blobcache.node.fs.listing.EntryCursor;
import io.blobcache.node.fs.listing.Listing;
import io.blobcache.node.fs.listing.NameRules;
import io.blobcache.node.fuse.FileType;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobNaming;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * How the files of one directory are being read. Three in the listing's order, a few at most left out in between, make a
 * walk; its next files are fetched ahead until it leaves the order. One thread at a time follows it.
 */
final class FileWalk {
    private static final int FILES_OF_A_WALK = 3;

    /** Several readers that share a directory's files among them leave the order by as many as they are. */
    private static final int MAX_GAP = 8;

    /** Entries looked through for the next files: those between them cost no more than 100 microseconds. */
    private static final int MAX_STEPS = 1000;

    /** Reads that the thread which follows has not seen; if there are more they are not seen at all. */
    private static final int MAX_PENDING = 64;

    private final String directory;
    private final BlobNaming source;
    private final BlobsAhead blobs;
    private final BlobsAhead.Walk ahead;

    @GuardedBy("this")
    private final ArrayDeque<String> pending = new ArrayDeque<>();

    @GuardedBy("this")
    private boolean followed;

    private String last = "";
    private int inOrder;
    private int sinceForeseen;
    private String foreseenTo = "";

    FileWalk(String directory, BlobNaming source, BlobsAhead blobs, BlobsAhead.Walk ahead) {
        this.directory = directory;
        this.source = source;
        this.blobs = blobs;
        this.ahead = ahead;
    }

    String directory() {
        return directory;
    }

    /** A reader has read this file. @return whether the caller is to have the walk followed */
    synchronized boolean reached(String name) {
        if (pending.size() < MAX_PENDING) {
            pending.add(name);
        }
        boolean first = !followed;
        followed = true;
        return first;
    }

    /** What the thread that follows it is to follow next; {@code null}: it is no longer followed. */
    synchronized @Nullable String next() {
        String name = pending.poll();
        followed = name != null;
        return name;
    }

    synchronized void stop() {
        followed = false;
    }

    void follow(Listing listing, String name) throws IOException {
        if (name.equals(last)) {
            return;
        }
        boolean goesOn = !last.isEmpty() && files(listing, last, name) > 0;
        if (!goesOn && !last.isEmpty() && files(listing, name, last) > 0) {
            return; // A little behind: another reader of the same walk.
        }
        if (!goesOn && inOrder >= FILES_OF_A_WALK) {
            ahead.cancel();
        }
        inOrder = goesOn ? inOrder + 1 : 1;
        foreseenTo = goesOn ? foreseenTo : "";
        last = name;
        sinceForeseen++;
        if (inOrder >= FILES_OF_A_WALK && (foreseenTo.isEmpty() || sinceForeseen >= blobs.maxFiles() / 4)) {
            sinceForeseen = 0; // Three quarters are still ahead when it looks again.
            foresee(listing);
        }
    }

    /** How many files after {@code from} is {@code to}; 0 if it is before it or too far behind. */
    private static int files(Listing listing, String from, String to) throws IOException {
        EntryCursor cursor = at(listing, from);
        for (int step = 0, files = 0; cursor != null && step < MAX_STEPS && files < MAX_GAP && cursor.next(); step++) {
            files += cursor.type() == FileType.FILE ? 1 : 0;
            if (cursor.name().equals(to)) {
                return files;
            }
        }
        return 0;
    }

    private void foresee(Listing listing) throws IOException {
        EntryCursor cursor = at(listing, last);
        int files = 0;
        long bytes = 0;
        ArrayDeque<Entry> found = new ArrayDeque<>();
        for (int step = 0; cursor != null && step < MAX_STEPS && files < blobs.maxFiles() && cursor.next(); step++) {
            Entry entry = cursor.type() == FileType.FILE ? cursor.entry() : null;
            if (entry == null || entry.lengthBytes() == 0 || entry.lengthBytes() > blobs.maxFileBytes()) {
                continue;
            }
            files++;
            bytes += entry.lengthBytes();
            if (bytes > blobs.maxBytes()) {
                break;
            }
            found.add(entry);
            if (entry.name().equals(foreseenTo)) {
                found.clear();
            }
        }
        for (Entry entry : found) {
            ahead.add(blob(entry));
            foreseenTo = entry.name();
        }
    }

    private Blob blob(Entry file) {
        String path = NameRules.path(directory, file.name());
        return source.blob(path, file.detail(), file.lengthBytes());
    }

    private static @Nullable EntryCursor at(Listing listing, String name) throws IOException {
        EntryCursor cursor = listing.seek(name);
        for (int step = 0; cursor != null && step < MAX_STEPS && cursor.next(); step++) {
            if (cursor.name().equals(name)) {
                return cursor;
            }
        }
        return null;
    }
}
