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

    @Test
    void membersThatComeAndGoCostFewReads() {
        Outcome outcome = Herds.scatteredWithChurn(300, 16);

        assertThat(outcome.violations()).isEmpty();
        assertThat(outcome.amplification()).isLessThan(1.5);
    }

    /** Who reaches neither the owner nor the second, a quarter, asks the source; in two fifths of the time. */
    @Test
    void aClusterInHalvesAsksTheSourceForWhatItCannotReach() {
        int nodes = 300;
        Outcome outcome = Herds.scatteredWithPartition(nodes, 16);

        assertThat(outcome.violations()).isEmpty();
        assertThat(outcome.amplification()).isLessThan(nodes / 4 * 2 / 5.0);
    }

    /** That these figures can be bad. */
    @Test
    void whoKnowsNobodyReadsEverythingHimself() {
        assertThat(Herds.scatteredAlone(30, 4).amplification()).isEqualTo(30);
    }
}
