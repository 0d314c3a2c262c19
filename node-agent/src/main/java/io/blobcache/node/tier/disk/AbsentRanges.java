package io.blobcache.node.tier.disk;

import io.blobcache.node.posix.FileCalls;

/** Makes holes where a data file has no block. */
final class AbsentRanges {
    private AbsentRanges() {}

    /** Nobody writes to the file meanwhile. One call for blocks that are neighbours: a blob has thousands. */
    static void punch(BlockTable table, int fd) {
        int block = 0;
        while (block < table.blocks()) {
            int from = block;
            while (block < table.blocks() && !table.holds(block)) {
                block++;
            }
            if (block > from) {
                long offset = table.header().blockOffset(from);
                long end = Math.min(
                        table.header().blockOffset(block), table.header().blobLengthBytes());
                punch(fd, offset, end - offset);
            }
            block++;
        }
    }

    /**
     * One range. To the end of its last page, even past the end of the file: the kernel gives back whole pages only,
     * and would keep the one in which the file ends.
     */
    static void punch(int fd, long offset, long lengthBytes) {
        FileCalls.punchHole(fd, offset, Footprint.ofFile(lengthBytes));
    }
}
