package io.blobcache.node.fs.listing;

/**
 * The order of a listing: by the bytes of the name with a slash after it. In an object store a directory {@code a} is
 * the key {@code a/}, which comes after {@code a.txt} and before {@code a0}; a file {@code a} comes before all three.
 * With the slash added to both, a file and a directory of one name are neighbours, and one can be hidden by the other
 * without looking back.
 */
final class NameOrder {
    private NameOrder() {}

    static int compare(byte[] left, byte[] right) {
        return compare(left, 0, left.length, right, 0, right.length);
    }

    static int compare(byte[] left, int leftStart, int leftEnd, byte[] right, int rightStart, int rightEnd) {
        int leftAt = leftStart;
        int rightAt = rightStart;
        while (leftAt < leftEnd && rightAt < rightEnd) {
            int difference = Byte.compareUnsigned(left[leftAt++], right[rightAt++]);
            if (difference != 0) {
                return difference;
            }
        }
        if (leftAt == leftEnd && rightAt == rightEnd) {
            return 0;
        }
        // One is the start of the other; no name holds a slash, so the next byte decides.
        return leftAt == leftEnd
                ? Byte.compareUnsigned((byte) '/', right[rightAt])
                : Byte.compareUnsigned(left[leftAt], (byte) '/');
    }

    /** Whether everything that a source lists from {@code next} on comes after {@code name} and its slash. */
    static boolean passed(byte[] name, byte[] next) {
        int common = Math.min(name.length, next.length);
        for (int i = 0; i < common; i++) {
            int difference = Byte.compareUnsigned(name[i], next[i]);
            if (difference != 0) {
                return difference < 0;
            }
        }
        return next.length > name.length && Byte.compareUnsigned((byte) '/', next[name.length]) <= 0;
    }
}
