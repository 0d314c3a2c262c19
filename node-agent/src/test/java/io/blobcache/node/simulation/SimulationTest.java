package io.blobcache.node.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Thousands of small clusters in which everything goes wrong that does. {@code -Dblobcache.simulation.seeds=100000} runs
 * more of them, {@code -Dblobcache.simulation.seed=N} one that failed.
 */
@ExtendWith(Quiet.class)
final class SimulationTest {
    private static final int SEEDS = Integer.getInteger("blobcache.simulation.seeds", 2000);

    /** Runs that are shown when many fail. */
    private static final int SHOWN = 10;

    @Test
    void noReadIsWrongOrHangsWhateverHappensToTheOthers() {
        List<String> failures = new ArrayList<>();
        long reads = 0;
        for (long seed : seeds()) {
            Outcome outcome = Troubles.run(seed, true);
            reads += outcome.readNanos().size();
            if (!outcome.violations().isEmpty() && failures.size() < SHOWN) {
                failures.add("-Dblobcache.simulation.seed=%d: %s".formatted(seed, outcome.violations()));
            }
        }
        assertThat(failures).isEmpty();
        assertThat(reads).isPositive();
    }

    @Test
    void withoutTroubleTheSourceGivesEachBlockOnce() {
        for (long seed = 0; seed < SEEDS / 10; seed++) {
            Outcome outcome = Troubles.run(seed, false);

            assertThat(outcome.violations()).as("seed %d", seed).isEmpty();
            assertThat(outcome.sourceReads()).as("seed %d", seed).isEqualTo(outcome.distinctBlocks());
        }
    }

    @Test
    void oneSeedIsOneRun() {
        for (long seed = 0; seed < 100; seed++) {
            Outcome first = Troubles.run(seed, true);
            Outcome again = Troubles.run(seed, true);

            assertThat(again).as("seed %d", seed).isEqualTo(first);
        }
    }

    private static long[] seeds() {
        Long one = Long.getLong("blobcache.simulation.seed");
        return one == null ? LongStream.range(0, SEEDS).toArray() : new long[] {one};
    }
}
