package io.blobcache.node.fs;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.blobcache.node.fs.listing.Entry;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A hash table from number to inode with open addressing: four bytes an inode over its own, where a map of the library
 * takes fifty. At most half full; shrinks when an eighth is left, so what the kernel forgets is given back.
 */
final class InodeStripe {
    private static final int MIN_PLACES = 16;

    @GuardedBy("this")
    private @Nullable Inode[] places = new Inode[MIN_PLACES];

    @GuardedBy("this")
    private int size;

    private final AtomicInteger total;

    /** @param total counts the inodes of all stripes */
    InodeStripe(AtomicInteger total) {
        this.total = total;
    }

    synchronized @Nullable Inode find(long number) {
        return places[placeOf(number)];
    }

    synchronized @Nullable Inode remember(DirectoryInode parent, Entry entry, long checkedMillis) {
        int place = placeOf(entry.inode());
        Inode known = places[place];
        if (known == null) {
            known = InodeTable.create(parent, entry, checkedMillis);
            places[place] = known;
            size++;
            total.incrementAndGet();
            if (2 * size > places.length) {
                resize(2 * places.length);
            }
        } else if (known.is(parent, entry)) {
            known.update(entry, checkedMillis);
        } else {
            return null;
        }
        known.lookups++;
        return known;
    }

    synchronized void forget(long number, long lookups) {
        int place = placeOf(number);
        Inode known = places[place];
        if (known == null) {
            return;
        }
        // The count is the kernel's, unsigned; a number that is too large must not make an inode immortal.
        known.lookups = lookups < 0 || lookups >= known.lookups ? 0 : known.lookups - lookups;
        if (known.lookups == 0) {
            removeAt(place);
            if (places.length > MIN_PLACES && 8 * size < places.length) {
                resize(places.length / 4);
            }
        }
    }

    @GuardedBy("this")
    private int placeOf(long number) {
        int mask = places.length - 1;
        int place = (int) number & mask;
        Inode there = places[place];
        while (there != null && there.number() != number) {
            place = (place + 1) & mask;
            there = places[place];
        }
        return place;
    }

    /** Closes the gap: an inode behind it moves in unless its own place lies after the gap. */
    @GuardedBy("this")
    private void removeAt(int removed) {
        int mask = places.length - 1;
        int gap = removed;
        places[gap] = null;
        size--;
        total.decrementAndGet();
        int place = (gap + 1) & mask;
        Inode there = places[place];
        while (there != null) {
            int own = (int) there.number() & mask;
            if (((place - own) & mask) >= ((place - gap) & mask)) {
                places[gap] = there;
                places[place] = null;
                gap = place;
            }
            place = (place + 1) & mask;
            there = places[place];
        }
    }

    @GuardedBy("this")
    private void resize(int newPlaces) {
        @Nullable Inode[] old = places;
        places = new Inode[Math.max(MIN_PLACES, newPlaces)];
        for (Inode inode : old) {
            if (inode != null) {
                places[placeOf(inode.number())] = inode;
            }
        }
    }
}
