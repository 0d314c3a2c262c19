package io.blobcache.node.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class PaceTest {
    private static final int MEBI = 1 << 20;
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final AtomicLong now = new AtomicLong(-5);
    private final Pace pace = new Pace(16 * MEBI, now::get);

    @Test
    void whatIsTakenDelaysTheNextByItsTime() {
        assertThat(pace.nanosUntilTurn(4 * MEBI, SECOND)).hasValue(0);
        assertThat(pace.nanosUntilTurn(4 * MEBI, SECOND))
                .hasValue(Duration.ofMillis(250).toNanos());

        now.addAndGet(Duration.ofMillis(100).toNanos());

        assertThat(pace.nanosUntilTurn(4 * MEBI, SECOND))
                .hasValue(Duration.ofMillis(400).toNanos());
    }

    @Test
    void oneThatWouldWaitForTooLongTakesNoTurn() {
        assertThat(pace.nanosUntilTurn(32 * MEBI, SECOND)).hasValue(0);
        assertThat(pace.nanosUntilTurn(MEBI, SECOND)).isEmpty();

        now.addAndGet(SECOND.toNanos());

        assertThat(pace.nanosUntilTurn(MEBI, SECOND)).hasValue(SECOND.toNanos());
    }

    @Test
    void timeThatNobodyUsedIsNotSavedUp() {
        now.addAndGet(Duration.ofHours(1).toNanos());

        assertThat(pace.nanosUntilTurn(16 * MEBI, SECOND)).hasValue(0);
        assertThat(pace.nanosUntilTurn(16 * MEBI, SECOND)).hasValue(SECOND.toNanos());
    }

    @Test
    void withoutALimitNobodyWaits() {
        Pace free = new Pace(0, now::get);

        assertThat(free.nanosUntilTurn(Long.MAX_VALUE, Duration.ZERO)).hasValue(0);
        assertThat(free.nanosUntilTurn(Long.MAX_VALUE, Duration.ZERO)).hasValue(0);
    }
}
