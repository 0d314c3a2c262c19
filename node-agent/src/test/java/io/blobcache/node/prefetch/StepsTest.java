package io.blobcache.node.prefetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class StepsTest {
    private static final long MIB = 1 << 20;

    private final Steps steps = new Steps();

    @Test
    void threeEqualStepsAreAStride() {
        assertThat(steps.jumped(5 * MIB)).isZero();
        assertThat(steps.jumped(45 * MIB)).isZero();
        assertThat(steps.jumped(85 * MIB)).isZero();
        assertThat(steps.jumped(125 * MIB)).isEqualTo(40 * MIB);
    }

    @Test
    void aStrideMayGoBackwards() {
        for (int step = 0; step < 3; step++) {
            assertThat(steps.jumped((100 - 8 * step) * MIB)).isZero();
        }
        assertThat(steps.jumped(76 * MIB)).isEqualTo(-8 * MIB);
    }

    @Test
    void readersThatTakeTurnsEachHaveTheirStride() {
        for (int step = 0; step < 3; step++) {
            for (long reader = 0; reader < 5; reader++) {
                assertThat(steps.jumped(reader * reader * 10_000 * MIB + step * (10 + reader) * MIB))
                        .isZero();
            }
        }
        for (long reader = 0; reader < 5; reader++) {
            assertThat(steps.jumped(reader * reader * 10_000 * MIB + 3 * (10 + reader) * MIB))
                    .isEqualTo((10 + reader) * MIB);
        }
    }

    @Test
    void aRandomReaderKeepsToNoStride() {
        Random random = new Random(3);
        int strides = 0;
        for (int jump = 0; jump < 10_000; jump++) {
            strides += steps.jumped(random.nextLong(1024) * MIB) == 0 ? 0 : 1;
        }
        assertThat(strides).isLessThan(10);
    }

    @Test
    void howFarReadersReadOnIsKnownAfterThreeStretches() {
        steps.ended(4 * MIB);
        steps.ended(2 * MIB);
        assertThat(steps.usualLength()).isZero();
        steps.ended(MIB);
        assertThat(steps.usualLength()).isEqualTo(2 * MIB);
        for (int stretch = 0; stretch < 4; stretch++) {
            steps.ended(MIB);
        }
        assertThat(steps.usualLength()).as("what is long ago is forgotten").isEqualTo(MIB);
    }
}
