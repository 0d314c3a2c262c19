package io.blobcache.node.fs.listing;

import java.util.Arrays;

/**
 * Where some of the records of a listing start, with their names, so that a name is found with one read of its file. An
 * index does not change; one that is longer shares its arrays with the shorter one that it was made of.
 */
final class ListingIndex {
    static final ListingIndex EMPTY = new ListingIndex(new long[1], new byte[1][], 0);

    private final long[] offsets;
    private final byte[][] names;
    private final int count;

    private ListingIndex(long[] offsets, byte[][] names, int count) {
        this.offsets = offsets;
        this.names = names;
        this.count = count;
    }

    /** This one and a record after all of it. Called for the longest of those that share their arrays only. */
    ListingIndex with(long offset, byte[] name) {
        int room = count < offsets.length && this != EMPTY ? offsets.length : 2 * offsets.length;
        long[] newOffsets = room == offsets.length ? offsets : Arrays.copyOf(offsets, room);
        byte[][] newNames = room == names.length ? names : Arrays.copyOf(names, room);
        newOffsets[count] = offset;
        newNames[count] = name;
        return new ListingIndex(newOffsets, newNames, count + 1);
    }

    /** Offset of the last indexed record that is not above {@code offset}; 0 if there is none. */
    long floor(long offset) {
        int at = Arrays.binarySearch(offsets, 0, count, offset);
        int floor = at >= 0 ? at : -at - 2;
        return floor < 0 ? 0 : offsets[floor];
    }

    /** Offset of the last indexed record whose name is not after {@code name}; 0 if there is none. */
    long floor(byte[] name) {
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (NameOrder.compare(names[middle], name) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return count == 0 ? 0 : offsets[low];
    }

    /** Of heap: an offset, a reference, and an array of 20 to 40 bytes with its header. */
    long bytes() {
        return 64L * count;
    }
}
