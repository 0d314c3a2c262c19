package io.blobcache.node.prefetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReadWindowTest {
    private static final int BLOCK = 4 << 20;
    private static final int REQUEST = 1 << 20;
    private static final int MAX_BLOCKS = 16;

    private final ReadWindow window = new ReadWindow();

    @Test
    void aReaderInOrderHasEveryBlockAskedForOnceAndInOrder() {
        List<Integer> asked = new ArrayList<>();
        int blocks = 100;
        for (long offset = 0; offset < (long) blocks * BLOCK; offset += REQUEST) {
            asked.addAll(read(offset, blocks));
        }
        assertThat(asked)
                .isEqualTo(IntStream.range(asked.getFirst(), blocks).boxed().toList());
    }

    @Test
    void theWindowGrowsToItsLimitAndNoFurther() {
        for (long offset = 0; offset < 50L * BLOCK; offset += REQUEST) {
            int current = (int) ((offset + REQUEST) / BLOCK);
            assertThat(read(offset, 1000)).allMatch(block -> block <= current + MAX_BLOCKS);
        }
        assertThat(new TreeSet<>(read(50L * BLOCK, 1000)).stream().allMatch(block -> block > 50))
                .isTrue();
    }

    @Test
    void aRandomReaderHasNothingFetchedAhead() {
        Random random = new Random(7);
        int blocks = 10_000;
        int asked = 0;
        for (int i = 0; i < 1_000; i++) {
            asked += read((1 + random.nextInt(blocks - 1)) * (long) BLOCK + 12_288, blocks)
                    .size();
        }
        // Two of a thousand random offsets may fall beside each other and look like order.
        assertThat(asked).isLessThan(20);
    }

    @Test
    void readersOfSeveralStretchesEachGetTheirWindow() {
        TreeSet<Integer> asked = new TreeSet<>();
        for (int step = 0; step < 20 * 4; step++) {
            for (int stretch = 0; stretch < 4; stretch++) {
                asked.addAll(read(stretch * 1000L * BLOCK + (long) step * REQUEST, 10_000));
            }
        }
        assertThat(asked).contains(10, 1010, 2010, 3010);
    }

    @Test
    void nothingIsAskedForPastTheEnd() {
        for (long offset = 0; offset < 3L * BLOCK; offset += REQUEST) {
            assertThat(read(offset, 3)).allMatch(block -> block < 3);
        }
    }

    @Test
    void requestsOutOfOrderByTheKernelsReadAheadAreStillOrder() {
        List<Integer> asked = new ArrayList<>();
        for (int pair = 0; pair < 40; pair++) {
            asked.addAll(read((2L * pair + 1) * REQUEST, 100));
            asked.addAll(read(2L * pair * REQUEST, 100));
        }
        assertThat(asked).doesNotHaveDuplicates().contains(10, 15, 20);
    }

    private List<Integer> read(long offset, int blocks) {
        long ahead = window.advance(offset, REQUEST, BLOCK, MAX_BLOCKS, blocks);
        int first = (int) (ahead >>> 32);
        int count = (int) ahead;
        return IntStream.range(first, first + count).boxed().toList();
    }
}
