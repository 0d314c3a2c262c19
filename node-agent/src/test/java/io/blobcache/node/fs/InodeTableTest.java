package io.blobcache.node.fs;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.fs.listing.Entry;
import io.blobcache.node.fuse.FileType;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InodeTableTest {
    private final DirectoryInode root = DirectoryInode.root(0);
    private final InodeTable table = new InodeTable(root);

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void agreesWithAMapOfCounts(long seed) {
        Random random = new Random(seed);
        Map<Long, Long> counts = new HashMap<>();
        long[] numbers = new long[600];
        for (int i = 0; i < numbers.length; i++) {
            // Few low bits and one stripe for half of them, so that they meet.
            numbers[i] = i % 2 == 0 ? 2L + random.nextInt(2000) : random.nextLong() | 2;
        }
        for (int step = 0; step < 40_000; step++) {
            long number = numbers[random.nextInt(step < 20_000 ? numbers.length : 40)];
            if (random.nextInt(step % 9_000 < 4_000 ? 3 : 9) < 2) {
                assertThat(table.remember(root, file(number), 0)).isNotNull();
                counts.merge(number, 1L, Long::sum);
            } else {
                long count = 1L + random.nextInt(3);
                table.forget(number, count);
                counts.computeIfPresent(number, (_, had) -> had > count ? had - count : null);
            }
            if (step % 1000 == 0) {
                for (long each : numbers) {
                    assertThat(table.find(each) != null).isEqualTo(counts.containsKey(each));
                }
                assertThat(table.size()).isEqualTo(counts.size());
            }
        }
        for (long each : numbers) {
            table.forget(each, -1);
        }
        assertThat(table.size()).isZero();
    }

    @Test
    void theRootIsNeverForgotten() {
        table.forget(1, 100);
        assertThat(table.find(1)).isSameAs(root);
    }

    @Test
    void aNumberThatAnotherNameHasIsRefused() {
        assertThat(table.remember(root, file(77), 0)).isNotNull();
        Entry other = new Entry("other", FileType.FILE, false, 77, 3, 0, "v");
        assertThat(table.remember(root, other, 0)).isNull();
        table.forget(77, 1);
        assertThat(table.size()).isZero();
    }

    private static Entry file(long number) {
        return new Entry("f" + number, FileType.FILE, false, number, 3, 0, "v");
    }
}
