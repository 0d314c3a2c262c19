package io.blobcache.node.prefetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobId;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.tier.BlobBlocks;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which blocks readers of one file have fetched ahead; the source takes ten times as long as they read. */
class CursorsTest {
    private static final int BLOCK = 4 << 20;
    private static final int REQUEST = 1 << 20;
    private static final int MAX_BLOCKS = 16;
    private static final int BLOCKS = 10_000;

    private final BlobBlocks blocks = blob(BLOCKS);
    private final Cursors cursors = new Cursors(blocks);
    private long nowNanos;

    @Test
    void aReaderInOrderHasEveryBlockAskedForOnceAndInOrder() {
        List<Integer> asked = new ArrayList<>();
        for (long offset = 0; offset < 100L * BLOCK; offset += REQUEST) {
            asked.addAll(read(offset, REQUEST));
        }
        assertThat(asked).isEqualTo(IntStream.range(1, 1 + asked.size()).boxed().toList());
        assertThat(asked).hasSize(99 + MAX_BLOCKS);
    }

    @Test
    void theWindowGrowsFromOneBlockToItsLargestAndNoFurther() {
        assertThat(read(0, REQUEST)).containsExactly(1);
        for (long offset = REQUEST; offset < 50L * BLOCK; offset += REQUEST) {
            int current = (int) (offset / BLOCK);
            assertThat(read(offset, REQUEST)).allMatch(block -> block <= current + MAX_BLOCKS);
        }
        assertThat(cursors.largestWindowBytes()).isEqualTo((long) MAX_BLOCKS * BLOCK);
    }

    @Test
    void theWindowGrowsOnlyWhileTheReaderReachesWhatWasAskedFor() {
        for (long offset = 0; offset < 10L * BLOCK; offset += REQUEST) {
            follow(cursors, offset, REQUEST); // No worker has time to ask.
        }
        assertThat(cursors.windowBytes()).isEqualTo(BLOCK);
        for (long offset = 10L * BLOCK; offset < 13L * BLOCK; offset += REQUEST) {
            read(offset, REQUEST);
        }
        assertThat(cursors.windowBytes()).as("two of its steps reached").isEqualTo(4L * BLOCK);
    }

    @Test
    void aReaderThatSkipsWhatWasFetchedAheadHasLessAndLessOfIt() {
        int block = 1 << 20;
        Cursors small = new Cursors(new BlobBlocks(
                new Blob(BlobId.of("s", "p", "v"), "p", "v", (long) BLOCKS * block), new BlockSize(block)));
        for (int number = 0; number < 40; number++) {
            read(small, (long) number * block, block);
        }
        assertThat(small.windowBytes()).isEqualTo((long) MAX_BLOCKS * block);
        int asked = 0;
        for (int number = 42; number < 42 + 3 * 60; number += 3) {
            asked += read(small, (long) number * block, 4096).size();
        }
        assertThat(small.windowBytes()).isEqualTo(block);
        assertThat(asked).as("one a step").isLessThanOrEqualTo(60);
    }

    @Test
    void aRandomReaderHasNextToNothingFetchedAhead() {
        Random random = new Random(7);
        int asked = 0;
        Cursors small = new Cursors(blob(256));
        for (int i = 0; i < 1_000; i++) {
            asked += read(small, (4096L + random.nextInt(255 << 10)) * 4096, 4096)
                    .size();
        }
        assertThat(asked).isLessThan(20);
    }

    /** Of a file that is said to be read at random the kernel asks for one request of a program in several. */
    @Test
    void oneRequestInSeveralIsNoOrder() {
        Random random = new Random(7);
        int asked = 0;
        for (int piece = 0; piece < 150; piece++) {
            long offset = (1L + random.nextInt(BLOCKS - 2)) * BLOCK + random.nextInt(768) * 4096L;
            int length = List.of(4 << 10, 128 << 10, REQUEST).get(piece % 3);
            int part = Math.min(length, 128 << 10);
            for (int at = 0; at < length; at += part) {
                asked += read(offset + at, part).size();
            }
        }
        assertThat(asked).as("two of them met").isLessThan(3);
    }

    @Test
    void aReaderOfPiecesAtRandomHasEachFetchedAheadToItsEndAndNoFurther() {
        Random random = new Random(7);
        int pieceBlocks = 6;
        int beyond = 0;
        int within = 0;
        for (int piece = 0; piece < 100; piece++) {
            int first = 1 + random.nextInt(BLOCKS - pieceBlocks - 1);
            for (int at = 0; at < pieceBlocks * BLOCK; at += REQUEST) {
                for (int block : read((long) first * BLOCK + at, REQUEST)) {
                    within += block < first + pieceBlocks ? 1 : 0;
                    beyond += block < first + pieceBlocks ? 0 : 1;
                }
            }
        }
        assertThat(within).isGreaterThan(90 * (pieceBlocks - 1));
        assertThat(beyond)
                .as("three windows before the length of a piece is known, one where two met")
                .isLessThanOrEqualTo(4 * MAX_BLOCKS);
    }

    @Test
    void readersOfSeveralStretchesEachHaveTheirBlocksFetchedAhead() {
        TreeSet<Integer> asked = new TreeSet<>();
        for (int step = 0; step < 20 * 4; step++) {
            for (int stretch = 0; stretch < Cursors.MAX; stretch++) {
                asked.addAll(read(stretch * 1000L * BLOCK + (long) step * REQUEST, REQUEST));
            }
        }
        for (int stretch = 0; stretch < Cursors.MAX; stretch++) {
            assertThat(asked)
                    .contains(IntStream.range(stretch * 1000 + 4, stretch * 1000 + 20)
                            .boxed()
                            .toArray(Integer[]::new));
        }
    }

    @Test
    void oneReaderMoreThanAreFollowedTakesThePlaceOfTheOldest() {
        for (int stretch = 0; stretch <= Cursors.MAX; stretch++) {
            read(500L * stretch * stretch * BLOCK / 7, REQUEST);
        }
        assertThat(read(500L * Cursors.MAX * Cursors.MAX * BLOCK / 7 + REQUEST, REQUEST))
                .isNotEmpty();
        assertThat(read(REQUEST, REQUEST)).as("is a jump by now").isEmpty();
    }

    @Test
    void aStridedReaderHasTheBlocksOfItsNextStretchesFetched() {
        long stride = 40L << 20;
        List<Integer> asked = new ArrayList<>();
        for (int step = 0; step < 20; step++) {
            asked.addAll(read(BLOCK + step * stride, REQUEST));
        }
        assertThat(asked).doesNotHaveDuplicates().allMatch(block -> block % 10 == 1);
        assertThat(asked).contains(51, 61, 71, 81, 91, 101, 191).hasSizeLessThan(17 + MAX_BLOCKS);
    }

    @Test
    void aReaderThatGoesBackwardsByBlocksHasTheBlocksBeforeFetched() {
        TreeSet<Integer> asked = new TreeSet<>();
        for (int block = 99; block > 60; block--) {
            for (int at = 0; at < BLOCK; at += REQUEST) {
                asked.addAll(read((long) block * BLOCK + at, REQUEST));
            }
        }
        assertThat(asked).contains(90, 80, 70).allMatch(block -> block < 104);
    }

    @Test
    void nothingIsAskedForPastTheEnd() {
        Cursors three = new Cursors(blob(3));
        for (long offset = 0; offset < 3L * BLOCK; offset += REQUEST) {
            assertThat(read(three, offset, REQUEST)).allMatch(block -> block < 3);
        }
        Cursors strided = new Cursors(blob(41));
        for (int step = 0; step < 4; step++) {
            assertThat(read(strided, (1L + 12L * step) * BLOCK, REQUEST)).allMatch(block -> block < 41);
        }
    }

    @Test
    void requestsOutOfOrderByTheKernelsReadAheadAreStillOrder() {
        List<Integer> asked = new ArrayList<>();
        for (int pair = 0; pair < 40; pair++) {
            asked.addAll(read((2L * pair + 1) * REQUEST, REQUEST));
            asked.addAll(read(2L * pair * REQUEST, REQUEST));
        }
        assertThat(asked).doesNotHaveDuplicates().contains(10, 15, 20);
    }

    @Test
    void aJumpGivesUpWhatWasStillToBeFetchedUntilTheReaderComesBack() {
        for (long offset = 0; offset < 10L * BLOCK; offset += REQUEST) {
            read(offset, REQUEST);
        }
        follow(cursors, 10L * BLOCK, REQUEST);
        Cursor first = Objects.requireNonNull(cursors.asking());

        follow(cursors, 5000L * BLOCK, REQUEST);

        assertThat(cursors.jumpGaveUp()).isTrue();
        assertThat(cursors.asking()).isNull();
        assertThat(first.goesOn(first.generation())).isFalse();
        assertThat(read(10L * BLOCK + REQUEST, REQUEST)).isNotEmpty();
        assertThat(first.goesOn(first.generation())).isTrue();
    }

    @Test
    void aBlockThatCouldNotBeFetchedIsAskedForAgainWhenTheReaderEntersTheNext() {
        follow(cursors, 0, REQUEST);
        Cursor cursor = Objects.requireNonNull(cursors.asking());
        assertThat(cursor.next()).isEqualTo(1);
        cursor.pause(1);
        assertThat(read(REQUEST, REQUEST)).isEmpty();
        follow(cursors, 3L << 20, 2 * REQUEST);
        assertThat(drain(cursors)).startsWith(2);
    }

    private List<Integer> read(long offset, int length) {
        return read(cursors, offset, length);
    }

    private List<Integer> read(Cursors of, long offset, int length) {
        follow(of, offset, length);
        return drain(of);
    }

    private void follow(Cursors of, long offset, int length) {
        nowNanos += 1_000;
        of.read(offset, offset + length, nowNanos, 40_000, MAX_BLOCKS);
    }

    private static List<Integer> drain(Cursors of) {
        List<Integer> asked = new ArrayList<>();
        for (Cursor cursor = of.asking(); cursor != null; cursor = of.asking()) {
            asked.add(cursor.next());
        }
        return asked;
    }

    private static BlobBlocks blob(int blocks) {
        return new BlobBlocks(
                new Blob(BlobId.of("s", "p", "v"), "p", "v", (long) blocks * BLOCK), new BlockSize(BLOCK));
    }
}
