package io.blobcache.node.buffer;

/** The sizes of buffers: powers of four from 4 KiB, a page, to 16 MiB, the largest block. Numbered from the smallest. */
final class SizeClass {
    private static final int SMALLEST_SHIFT = 12;
    private static final int LARGEST_SHIFT = 24;

    static final int COUNT = (LARGEST_SHIFT - SMALLEST_SHIFT) / 2 + 1;

    private SizeClass() {}

    /** @throws IllegalArgumentException if longer than the largest class */
    static int of(int lengthBytes) {
        int shift = Math.max(SMALLEST_SHIFT, 32 - Integer.numberOfLeadingZeros(Math.max(lengthBytes, 1) - 1));
        int sizeClass = (shift - SMALLEST_SHIFT + 1) / 2;
        if (sizeClass >= COUNT) {
            throw new IllegalArgumentException("no buffer class holds " + lengthBytes + " bytes; the largest is 16MiB");
        }
        return sizeClass;
    }

    static long bytes(int sizeClass) {
        return 1L << (SMALLEST_SHIFT + 2 * sizeClass);
    }
}
