package io.blobcache.node.fs.names;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.blobcache.node.fs.listing.EntryCursor;
import io.blobcache.node.fs.listing.Listing;
import io.blobcache.node.fs.listing.Listings;
import io.blobcache.node.fs.listing.NameRules;
import io.blobcache.node.fuse.FileType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists the next directories ahead of a reader that goes through a tree in order, as find(1) and backups do: else such
 * a walk costs one round trip after another. A reader that opens the first directory of its parent is taken for one;
 * the window grows while it goes on with what was foreseen and closes when it does not. Thread-safe.
 */
public final class WalkAhead {
    /** As many as are listed ahead at once: a walk then waits for one round trip in eight. */
    private static final int MAX_WINDOW = 8;

    /** Entries looked through for the next directories: files between them cost no more than 100 microseconds. */
    private static final int MAX_STEPS = 1000;

    private static final int MAX_WALKS = 1024;

    private final Listings listings;
    private final Cache<String, Walk> walks =
            Caffeine.newBuilder().maximumSize(MAX_WALKS).executor(Runnable::run).build();

    public WalkAhead(Listings listings) {
        this.listings = listings;
    }

    /** A reader has opened {@code name}, a directory in {@code parent}. */
    public void opened(String parent, String name) {
        Listing listing = listings.known(parent);
        if (listing == null) {
            return;
        }
        try (listing) {
            Walk walk = walks.getIfPresent(parent);
            boolean foreseen = walk != null && walk.foreseen.contains(name);
            if (!foreseen && !first(listing, name)) {
                return;
            }
            int window = foreseen && walk != null ? Math.min(2 * walk.window, MAX_WINDOW) : 2;
            List<String> next = directoriesAfter(listing, name, window);
            walks.put(parent, new Walk(List.copyOf(next), window));
            for (String directory : next) {
                listings.ahead(NameRules.path(parent, directory));
            }
        } catch (IOException _) {
            // The listing's file cannot be read: whoever needs it is told; looking ahead is not needed.
            walks.invalidate(parent);
        }
    }

    private static boolean first(Listing listing, String name) throws IOException {
        EntryCursor cursor = listing.from(0);
        String first = nextDirectory(cursor, MAX_STEPS);
        return name.equals(first);
    }

    private static List<String> directoriesAfter(Listing listing, String name, int count) throws IOException {
        List<String> found = new ArrayList<>(count);
        EntryCursor cursor = listing.seek(name);
        if (cursor == null || !reach(cursor, name)) {
            return found;
        }
        while (found.size() < count) {
            String directory = nextDirectory(cursor, MAX_STEPS);
            if (directory == null) {
                break;
            }
            found.add(directory);
        }
        return found;
    }

    private static boolean reach(EntryCursor cursor, String name) throws IOException {
        for (int step = 0; step < MAX_STEPS && cursor.next(); step++) {
            if (cursor.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String nextDirectory(EntryCursor cursor, int maxSteps) throws IOException {
        for (int step = 0; step < maxSteps && cursor.next(); step++) {
            if (cursor.type() == FileType.DIRECTORY) {
                return cursor.name();
            }
        }
        return null;
    }

    /**
     * @param foreseen directories that a walk in order opens next
     * @param window   how many were to be foreseen
     */
    private record Walk(List<String> foreseen, int window) {}
}
