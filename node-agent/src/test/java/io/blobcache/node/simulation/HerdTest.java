package io.blobcache.node.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Times are the simulation's own and the same on every machine. */
@ExtendWith(Quiet.class)
final class HerdTest {

    @ParameterizedTest
    @ValueSource(ints = {10, 100, 1_000})
    void aThousandNodesGetOneColdBlockFromOneReadOfTheSource(int nodes) {
        Outcome outcome = Herds.oneBlock(nodes);

        assertThat(outcome.violations()).isEmpty();
        assertThat(outcome.readNanos()).hasSize(nodes);
        assertThat(outcome.sourceReads()).isEqualTo(1);
        assertThat(outcome.readSeconds(1)).isLessThan(1);
    }

    @Test
    void blocksInOrderAreReadOnceEach() {
        Outcome outcome = Herds.inOrder(300, 16);

        assertThat(outcome.violations()).isEmpty();
        assertThat(outcome.sourceReads()).isEqualTo(16);
    }

    /** F-46: with signs of life from both, only the last time limit would end it. */
    @Test
    void twoThatTakeEachOtherForTheOwnerDoNotWaitForEachOther() {
        Outcome outcome = Herds.eachOther(16);

        assertThat(outcome.violations()).isEmpty();
        assertThat(outcome.readSeconds(1)).isLessThan(1);
    }

    @Test
    void deadAndSlowNodesCostTimeAndFewReads() {
        Outcome outcome = Herds.inOrderWithTrouble(300, 16);

        assertThat(outcome.violations()).isEmpty();
        assertThat(outcome.amplification()).isLessThan(1.5);
    }
}
