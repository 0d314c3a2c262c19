package io.blobcache.node.tier.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.posix.Posix;
import io.blobcache.node.tier.disk.ReadPattern.Advice;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReadPatternTest {
    private static final int READ = 128 << 10;
    private static final long GIB = 1L << 30;

    private final ReadPattern pattern = new ReadPattern();
    private final List<Advice> told = new ArrayList<>();

    @Test
    void aReaderInOrderIsTold() {
        inOrder(0, 1 << 20);
        assertThat(told).containsExactly(new Advice(Posix.FADV_SEQUENTIAL, 0, 0));
    }

    @Test
    void oneOrTwoReadsTellNothing() {
        read(0);
        read(READ);
        assertThat(told).isEmpty();
    }

    @Test
    void aReaderAtRandomIsTold() {
        atRandom(20);
        assertThat(told).containsExactly(new Advice(Posix.FADV_RANDOM, 0, 0));
    }

    @Test
    void severalReadersInOrderAreOne() {
        for (long at = 0; at < 1 << 20; at += READ) {
            for (int reader = 0; reader < ReadPattern.STREAMS; reader++) {
                read(reader * GIB + at);
            }
        }
        assertThat(told).containsExactly(new Advice(Posix.FADV_SEQUENTIAL, 0, 0));
    }

    @Test
    void whatTheKernelReadAheadIsNoJump() {
        for (long at = 0; at < 5 * ReadPattern.READ_AHEAD_BYTES; at += ReadPattern.READ_AHEAD_BYTES) {
            read(at);
        }
        assertThat(told).containsExactly(new Advice(Posix.FADV_SEQUENTIAL, 0, 0));
    }

    @Test
    void whoReadsInOrderAfterReadsAtRandomIsTold() {
        atRandom(40);
        inOrder(200 * GIB, 8 << 20);
        assertThat(told).extracting(Advice::kind).endsWith(Posix.FADV_NORMAL, Posix.FADV_SEQUENTIAL);
    }

    @Test
    void whoReadsAtRandomAfterReadsInOrderIsTold() {
        inOrder(0, 8 << 20);
        atRandom(40);
        assertThat(told)
                .extracting(Advice::kind)
                .containsExactly(Posix.FADV_SEQUENTIAL, Posix.FADV_NORMAL, Posix.FADV_RANDOM);
    }

    @Test
    void bytesPassedAreDroppedButForTheLast() {
        inOrder(0, 256 << 20);
        long dropped = 0;
        for (Advice advice : told.subList(1, told.size())) {
            assertThat(advice.kind()).isEqualTo(Posix.FADV_DONTNEED);
            assertThat(advice.offset()).as("no gap").isEqualTo(dropped);
            dropped += advice.lengthBytes();
        }
        assertThat(dropped)
                .isBetween((256L << 20) - ReadPattern.KEPT_BYTES - ReadPattern.DROP_BYTES - READ, 256L << 20)
                .isLessThanOrEqualTo((256L << 20) - ReadPattern.KEPT_BYTES);
    }

    @Test
    void bytesThatAnotherReaderComesToAreKept() {
        read(0);
        for (long at = READ; at < 200L << 20; at += READ) {
            read(GIB + at);
            if (at % (16 << 20) == 0) {
                read(GIB + at / 8);
            }
        }
        assertThat(told).extracting(Advice::kind).doesNotContain(Posix.FADV_DONTNEED);
    }

    private void inOrder(long from, long length) {
        for (long at = from; at < from + length; at += READ) {
            read(at);
        }
    }

    private void atRandom(int reads) {
        Random random = new Random(7);
        for (int i = 0; i < reads; i++) {
            read(random.nextLong(100 * GIB));
        }
    }

    private void read(long offset) {
        told.addAll(pattern.waited(offset, READ, true));
    }
}
