package io.blobcache.operator.warmup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void timesAreAsCronHasThemInUtc() {
        assertNext("0 6 * * 1-5", "2026-01-02T06:00:00Z", "2026-01-05T06:00:00Z");
        assertNext("*/15 * * * *", "2026-01-01T00:00:00Z", "2026-01-01T00:15:00Z");
        assertNext("30 23 31 12 *", "2026-12-31T23:30:00Z", "2027-12-31T23:30:00Z");
        assertNext("0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z");
        assertNext("0 3 * * 0", "2026-01-01T00:00:00Z", "2026-01-04T03:00:00Z");
        assertNext("0 3 * * 7", "2026-01-01T00:00:00Z", "2026-01-04T03:00:00Z");
        assertNext("5,10 8-9/1 * * *", "2026-01-01T08:10:00Z", "2026-01-01T09:05:00Z");
        // There is no such time where clocks are put forward; in UTC there is.
        assertNext("30 2 29 3 *", "2026-03-29T00:00:00Z", "2026-03-29T02:30:00Z");
    }

    @Test
    void aDayOfTheMonthOrOneOfTheWeek() {
        assertNext("0 0 13 * 5", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z");
        assertNext("0 0 13 * 5", "2026-01-09T00:00:00Z", "2026-01-13T00:00:00Z");
    }

    @Test
    void whatIsNoTimeIsRefusedWithAReason() {
        assertThatThrownBy(() -> Schedule.of("60 * * * *"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("60");
        assertThatThrownBy(() -> Schedule.of("* * * *")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Schedule.of("5-1-2 * * * *")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDayThatNeverComesIsNoEndlessSearch() {
        assertThat(Schedule.of("0 0 30 2 *").after(Instant.parse("2026-01-01T00:00:00Z")))
                .isEmpty();
    }

    private static void assertNext(String schedule, String after, String next) {
        assertThat(Schedule.of(schedule).after(Instant.parse(after)))
                .as("%s after %s", schedule, after)
                .contains(Instant.parse(next));
    }
}
