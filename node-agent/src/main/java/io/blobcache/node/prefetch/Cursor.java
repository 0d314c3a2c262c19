package io.blobcache.node.prefetch;

import io.blobcache.node.tier.BlobBlocks;

/**
 * One stream in an open file: where its reader is, where it goes, and which blocks ahead of it are worth fetching. It
 * goes on in order, or in stretches of equal distance.
 *
 * <p>Not thread-safe: its {@link ReadWindow} locks; but whether it still wants a block may be asked by anybody.
 */
final class Cursor {
    /**
     * The largest request of a program that the kernel passes on in one, or in some small ones if it was told that reads are
     * random: so much read in order is no order yet.
     */
    private static final long MIN_ORDER_BYTES = 1 << 20;

    private final BlobBlocks blocks;
    private final int blockBytes;
    private final Window window = new Window();
    private long start;
    private long nextOffset;
    private long stride;
    private long stretchBytes;
    private long endOffset;
    private long readBytes;
    private int progresses;
    private int enteredBlocks;
    private int askedBlock;
    private int askedSteps;
    private int maxBlocks;
    private boolean paused;
    private volatile int generation;
    private volatile boolean resting = true;

    /** When it was read, counted in reads of the file; 0 for never. */
    long lastUse;

    Cursor(BlobBlocks blocks) {
        this.blocks = blocks;
        this.blockBytes = (int) (blocks.offsetOf(1) - blocks.offsetOf(0));
    }

    /**
     * A reader begins here.
     *
     * @param keepsStride to the next stretch, if it is known; else 0
     * @param usualLength how far readers of this file read on, if it is known; else 0
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // Under the window's lock.
    void begin(long offset, long end, long keepsStride, long usualLength, long nowNanos, int mostBlocks) {
        generation++;
        start = offset;
        nextOffset = end;
        maxBlocks = mostBlocks;
        stride = keepsStride;
        stretchBytes = Math.max(usualLength, end - offset);
        endOffset = usualLength > 0 ? offset + usualLength : Long.MAX_VALUE;
        readBytes = end - offset;
        progresses = 0;
        enteredBlocks = 0;
        askedBlock = stride == 0 ? touched() + 1 : 0;
        askedSteps = 0;
        // Most files are read from their beginning to their end; elsewhere one read is no order.
        window.begin(offset == 0 || stride != 0 ? 1 : 0, nowNanos);
        paused = false;
        resting = false;
    }

    /** How far a read is from where this one was expected to go on; {@link Long#MAX_VALUE} if too far. */
    long distance(long offset, long toleranceBytes) {
        if (lastUse == 0) {
            return Long.MAX_VALUE;
        }
        long inOrder = Math.abs(offset - nextOffset);
        if (inOrder <= toleranceBytes) {
            return inOrder;
        }
        long nextStretch = Math.abs(offset - start - stride);
        return stride != 0 && nextStretch <= Steps.TOLERANCE_BYTES ? nextStretch : Long.MAX_VALUE;
    }

    /**
     * Its reader goes on.
     *
     * @param fetchNanos what the source takes for a block; 0 if unknown
     * @return whether there may be more to fetch than before
     */
    boolean advance(long offset, long end, long nowNanos, long fetchNanos, int mostBlocks) {
        boolean rested = resting;
        resting = false;
        maxBlocks = mostBlocks;
        if (stride != 0 && Math.abs(offset - start - stride) < Math.abs(offset - nextOffset)) {
            boolean reached = askedSteps > 0 || askedBlock > 0;
            enterStretch(offset, end);
            paused = false;
            window.stepped(1, nowNanos);
            window.widen(reached, fetchNanos * blocksOfStretch(), Math.max(1, maxBlocks / blocksOfStretch()));
            return true;
        }
        if (end <= nextOffset) {
            return rested; // Out of order, or told again.
        }
        int next = touched() + 1;
        int first = Math.max(next, blocks.indexOf(offset));
        int aheadEnd = stride == 0 ? askedBlock : 0;
        int entered = goOn(offset, end);
        if (stride != 0) {
            return rested;
        }
        if (entered > 0) {
            paused = false;
            window.stepped(entered, nowNanos);
        }
        boolean widens = window.steps() == 0 ? inOrder() : entered > 0;
        if (widens && first > next && next < aheadEnd) {
            window.narrow(); // It skipped what was fetched ahead for it.
        } else if (widens) {
            window.widen(first < aheadEnd, fetchNanos, maxBlocks);
        }
        return widens || rested;
    }

    /** The next block to fetch ahead, which is then regarded as asked for; -1 if there is none now. */
    int next() {
        int next = peek();
        if (next >= 0) {
            askedBlock = next + 1;
        }
        return next;
    }

    boolean asks() {
        return peek() >= 0;
    }

    /** Nothing more is fetched until its reader goes on. @return whether something would have been */
    boolean rest() {
        boolean asked = asks();
        resting = true;
        return asked;
    }

    /** What was fetched was not read. */
    void narrow() {
        window.narrow();
    }

    /** A block cannot be fetched: nothing more is before its reader enters the next one. */
    void pause(int blockIndex) {
        window.narrow();
        paused = true;
        askedBlock = Math.min(askedBlock, blockIndex);
    }

    /** How far ahead of its reader blocks are fetched now. */
    long windowBytes() {
        return resting ? 0 : (long) window.steps() * (stride == 0 ? 1 : blocksOfStretch()) * blockBytes;
    }

    /** Bytes that were read in order since the last jump. */
    long lengthBytes() {
        return nextOffset - start;
    }

    int generation() {
        return generation;
    }

    /** Whether it still goes the way on which it was in this generation. By any thread. */
    boolean goesOn(int inGeneration) {
        return generation == inGeneration && !resting;
    }

    private void enterStretch(long offset, long end) {
        start = offset;
        nextOffset = end;
        if (askedSteps > 0) {
            askedSteps--;
        } else {
            askedBlock = 0;
        }
    }

    /** @return blocks that were entered */
    private int goOn(long offset, long end) {
        int before = touched();
        readBytes += end - Math.max(offset, nextOffset);
        nextOffset = end;
        progresses++;
        endOffset = end > endOffset ? Long.MAX_VALUE : endOffset;
        if (stride != 0 && (end - start > 2 * stretchBytes || end - start >= Math.abs(stride))) {
            stride = 0; // It no longer jumps.
            askedBlock = touched() + 1;
        }
        int entered = touched() - before;
        enteredBlocks += Math.min(entered, 1);
        return entered;
    }

    private int peek() {
        if (resting || paused || window.steps() == 0) {
            return -1;
        }
        return stride == 0 ? peekInOrder() : peekByStride();
    }

    private int peekInOrder() {
        int block = Math.max(askedBlock, touched() + 1);
        long end = Math.min(endOffset, blocks.blob().lengthBytes());
        int last = (int) Math.min(touched() + (long) window.steps(), blocks.indexOf(end - 1));
        return block <= last ? block : -1;
    }

    private int peekByStride() {
        for (; askedSteps < window.steps(); askedSteps++, askedBlock = 0) {
            long from = start + stride * (askedSteps + 1);
            long end = Math.min(from + (long) blocksOfStretch() * blockBytes, from + stretchBytes);
            end = Math.min(end, blocks.blob().lengthBytes());
            if (from < 0 || from >= end) {
                return -1;
            }
            int block = Math.max(blocks.indexOf(from), askedBlock);
            if (block <= blocks.indexOf(end - 1)) {
                return block;
            }
        }
        return -1;
    }

    private int blocksOfStretch() {
        return Math.clamp(1 + (stretchBytes - 1) / blockBytes, 1, maxBlocks);
    }

    private int touched() {
        return blocks.indexOf(nextOffset - 1);
    }

    /** Read without gaps, or on into one block after the other. */
    private boolean inOrder() {
        boolean dense = readBytes >= lengthBytes() / 2;
        return (dense && progresses > 0 && (readBytes > MIN_ORDER_BYTES || enteredBlocks > 0)) || enteredBlocks > 1;
    }
}
