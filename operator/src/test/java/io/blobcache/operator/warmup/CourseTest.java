package io.blobcache.operator.warmup;

import static io.blobcache.operator.warmup.Made.CREATED;
import static io.blobcache.operator.warmup.Made.answer;
import static io.blobcache.operator.warmup.Made.answers;
import static io.blobcache.operator.warmup.Made.failing;
import static io.blobcache.operator.warmup.Made.part;
import static io.blobcache.operator.warmup.Made.warmup;
import static io.blobcache.operator.warmup.Made.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.crd.BlobCacheWarmup;
import io.blobcache.crd.StatusCondition;
import io.blobcache.crd.WarmupStatus;
import io.blobcache.operator.agents.WarmupAnswers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class CourseTest {
    private static final BlobCacheWarmup ONCE = warmup("once", "paths: [llama/**]");
    private static final BlobCacheWarmup CRON = warmup("cron", "paths: [llama/**]\nschedule: \"0 6 * * *\"");
    private static final Instant SIX = Instant.parse("2026-01-05T06:00:00Z");

    @Test
    void oneWithoutAScheduleBeginsAtOnceAndSaysSoOnce() {
        Course begun = look(ONCE, CREATED);
        assertThat(shown(begun)).containsExactly("Complete=False/Running", "Failed=False/Running");
        assertThat(begun.status().run()).matches("[0-9a-f]{8}-" + CREATED.getEpochSecond());
        assertThat(begun.status().startTime()).isEqualTo(CREATED.toString());
        assertThat(begun.news()).extracting(StatusCondition::type).containsExactly("Complete");
        Course again = look(with(ONCE, begun.status()), CREATED.plusSeconds(5));
        assertThat(again.changed()).isFalse();
        assertThat(again.news()).isEmpty();
    }

    /** It takes no turn from others, and nobody asks agents for it. */
    @Test
    void oneThatIsSuspendedIsNotUnderWay() {
        WarmupStatus begun = look(ONCE, CREATED).status();
        assertThat(Course.underWay(with(ONCE, begun))).isTrue();
        BlobCacheWarmup suspended = warmup("once", "paths: [llama/**]\nsuspend: true");
        assertThat(Course.underWay(with(suspended, begun))).isFalse();
    }

    @Test
    void progressIsToldAndTheEndIsWhenAllAgentsHaveEnded() {
        WarmupStatus begun = look(ONCE, CREATED).status();
        String id = "once-" + begun.run();
        Course half = look(
                with(ONCE, begun),
                answers(answer("n1", part(id, "done", 10, 1000)), answer("n2", part(id, "warming", 4, 250))),
                CREATED.plusSeconds(10));
        assertThat(half.status().progressPercent()).isEqualTo(62);
        assertThat(half.status().warmedFiles()).isEqualTo(4);
        assertThat(half.status().warmed()).isEqualTo("1.22Ki");
        assertThat(half.news()).isEmpty();
        Course done = look(
                with(ONCE, half.status()),
                answers(answer("n1", part(id, "done", 10, 1000)), answer("n2", part(id, "done", 10, 1000))),
                CREATED.plusSeconds(20));
        assertThat(shown(done)).containsExactly("Complete=True/Warmed", "Failed=False/Warmed");
        assertThat(done.status().progressPercent()).isEqualTo(100);
        assertThat(done.status().completionTime())
                .isEqualTo(CREATED.plusSeconds(20).toString());
        assertThat(done.status().speed()).isEqualTo("100");
        assertThat(done.news()).extracting(StatusCondition::type).containsExactly("Complete");
        Course rest = look(with(ONCE, done.status()), CREATED.plusSeconds(3600));
        assertThat(rest.changed()).isFalse();
        assertThat(rest.again()).isZero();
        assertThat(rest.delete()).isFalse();
    }

    @Test
    void anAgentThatKnowsNothingOfTheRunYetIsWaitedFor() {
        WarmupStatus begun = look(ONCE, CREATED).status();
        String id = "once-" + begun.run();
        Course course = look(
                with(ONCE, begun),
                answers(answer("n1", part(id, "done", 10, 1000)), answer("n2")),
                CREATED.plusSeconds(9));
        assertThat(shown(course)).contains("Complete=False/Running");
        assertThat(course.status().progressPercent()).isNull();
    }

    @Test
    void filesThatFailedMakeItFailedWithTheirReasons() {
        WarmupStatus begun = look(ONCE, CREATED).status();
        String id = "once-" + begun.run();
        WarmupAnswers told = answers(
                answer("n1", failing(id, 1, Map.of("a.bin", "permission denied"))),
                answer("n2", failing(id, 2, Map.of("a.bin", "permission denied", "b.bin", "timed out"))));
        Course course = look(with(ONCE, begun), told, CREATED.plusSeconds(10));
        assertThat(shown(course)).containsExactly("Complete=False/FilesFailed", "Failed=True/FilesFailed");
        assertThat(course.status().failedFiles()).isEqualTo(2);
        assertThat(course.status().warmedFiles()).isEqualTo(8);
        assertThat(course.status().failure()).isEqualTo("a.bin: permission denied");
        assertThat(message(course)).startsWith("2 of 10 files failed: ").contains("b.bin: timed out");
        assertThat(course.news()).extracting(StatusCondition::type).containsExactly("Failed");
    }

    @Test
    void itWaitsForACacheThatIsWhole() {
        assertThat(shown(look(ONCE, Seen.Cache.MISSING, 0, CREATED))).contains("Complete=False/CacheMissing");
        Course waiting = look(ONCE, Seen.Cache.INCOMPLETE, 0, CREATED.plusSeconds(30));
        assertThat(shown(waiting)).contains("Complete=False/WaitingForCache");
        assertThat(waiting.again()).isPositive();
        assertThat(shown(look(ONCE, Seen.Cache.INCOMPLETE, 0, CREATED.plus(Course.PATIENCE))))
                .contains("Complete=False/Running");
        assertThat(shown(look(ONCE, Seen.Cache.UNABLE, 0, CREATED.plus(Course.PATIENCE))))
                .contains("Complete=False/WaitingForCache");
    }

    @Test
    void noMoreThanEightAreUnderWay() {
        assertThat(shown(look(ONCE, Seen.Cache.READY, Course.MAX_UNDER_WAY, CREATED)))
                .contains("Complete=False/WaitingForTurn");
        assertThat(shown(look(ONCE, Seen.Cache.READY, Course.MAX_UNDER_WAY - 1, CREATED)))
                .contains("Complete=False/Running");
    }

    @Test
    void oneWithAScheduleRunsAtItsTimesAndKeepsWhatTheLastRunTold() {
        Course scheduled = look(CRON, CREATED);
        assertThat(shown(scheduled)).contains("Complete=False/Scheduled");
        assertThat(scheduled.status().nextRun()).isEqualTo(SIX.toString());
        assertThat(scheduled.again()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(31));
        Course begun = look(with(CRON, scheduled.status()), SIX.plusMillis(1));
        assertThat(shown(begun)).contains("Complete=False/Running");
        assertThat(begun.status().nextRun()).isEqualTo("2026-01-06T06:00:00Z");
        Course done = finished(CRON, begun.status(), SIX.plusSeconds(60));
        Course rest = look(with(CRON, done.status()), SIX.plusSeconds(70));
        assertThat(shown(rest)).contains("Complete=True/Warmed");
        assertThat(rest.again()).isBetween(Duration.ofHours(23), Duration.ofHours(24));
        Course second = look(with(CRON, rest.status()), SIX.plus(Duration.ofDays(1)));
        assertThat(second.status().run()).isNotEqualTo(begun.status().run());
        assertThat(second.status().completionTime()).isNull();
    }

    @Test
    void runsThatWereMissedAreMadeUpForByOne() {
        WarmupStatus done = finished(CRON, look(CRON, SIX.plusMillis(1)).status(), SIX.plusSeconds(60))
                .status();
        Instant later = SIX.plus(Duration.ofDays(5)).plusSeconds(600);
        Course late = look(with(CRON, done), later);
        assertThat(late.status().startTime()).isEqualTo(later.toString());
        assertThat(late.status().nextRun()).isEqualTo("2026-01-11T06:00:00Z");
    }

    /** A run that takes longer than its period is neither joined by another one nor ended by it. */
    @Test
    void aTimeThatComesWhileARunIsUnderWayIsMadeUpForByOneWhenThatHasEnded() {
        WarmupStatus begun = look(CRON, SIX.plusMillis(1)).status();
        Instant threeDaysOn = SIX.plus(Duration.ofDays(3)).plusSeconds(5);
        Course still = look(with(CRON, begun), threeDaysOn);
        assertThat(shown(still)).contains("Complete=False/Running");
        assertThat(still.status().run()).isEqualTo(begun.run());
        assertThat(still.status().nextRun()).isEqualTo("2026-01-09T06:00:00Z");

        WarmupStatus ended =
                finished(CRON, still.status(), threeDaysOn.plusSeconds(60)).status();
        Instant after = threeDaysOn.plusSeconds(70);
        Course second = look(with(CRON, ended), after);
        assertThat(second.status().startTime()).isEqualTo(after.toString());
        WarmupStatus again =
                finished(CRON, second.status(), after.plusSeconds(60)).status();
        assertThat(again.run()).isEqualTo(second.status().run());
        assertThat(look(with(CRON, again), after.plusSeconds(70)).status().nextRun())
                .as("one is enough for the three")
                .isEqualTo("2026-01-09T06:00:00Z");
    }

    @Test
    void oneWithAScheduleThatIsSuspendedBeginsNothingAndSaysNoTime() {
        BlobCacheWarmup suspended = warmup("cron", "paths: [llama/**]\nschedule: \"0 6 * * *\"\nsuspend: true");
        WarmupStatus scheduled = look(CRON, CREATED).status();
        Course first = look(with(suspended, scheduled), SIX.plusSeconds(1));
        assertThat(shown(first)).contains("Complete=False/Suspended");
        assertThat(first.status().run()).isNull();
        assertThat(first.status().nextRun()).isNull();
        assertThat(first.again()).isZero();

        WarmupStatus done = finished(CRON, look(CRON, SIX.plusMillis(1)).status(), SIX.plusSeconds(60))
                .status();
        Instant tenDaysOn = SIX.plus(Duration.ofDays(10)).plusSeconds(9);
        Course rest = look(with(suspended, done), tenDaysOn);
        assertThat(rest.status().run()).isEqualTo(done.run());
        assertThat(rest.status().completionTime()).isEqualTo(done.completionTime());

        Course on = look(with(CRON, rest.status()), tenDaysOn.plusSeconds(60));
        assertThat(on.status().startTime())
                .as("what was missed meanwhile is made up for by one")
                .isEqualTo(tenDaysOn.plusSeconds(60).toString());
        assertThat(on.status().nextRun()).isEqualTo("2026-01-16T06:00:00Z");
    }

    @Test
    void aScheduleThatIsNoneIsTold() {
        Course course = look(warmup("bad", "paths: [a]\nschedule: \"99 6 * * *\""), CREATED);
        assertThat(shown(course)).contains("Failed=True/InvalidSchedule");
        assertThat(message(course)).contains("99 6 * * *");
    }

    @Test
    void whatIsSuspendedStopsAndGoesOnLaterWithTheSameRun() {
        WarmupStatus begun = look(ONCE, CREATED).status();
        BlobCacheWarmup suspended = with(warmup("once", "paths: [llama/**]\nsuspend: true"), begun);
        Course course = look(suspended, CREATED.plusSeconds(5));
        assertThat(shown(course)).contains("Complete=False/Suspended");
        assertThat(Work.underWay(suspended)).isNull();
        Course on = look(with(ONCE, course.status()), CREATED.plusSeconds(50));
        assertThat(shown(on)).contains("Complete=False/Running");
        assertThat(on.status().run()).isEqualTo(begun.run());
    }

    @Test
    void otherPathsAreAnotherRunAndOtherSettingsAreNot() {
        WarmupStatus done = finished(ONCE, look(ONCE, CREATED).status(), CREATED.plusSeconds(10))
                .status();
        Instant later = CREATED.plusSeconds(100);
        assertThat(look(with(warmup("once", "paths: [llama/**]\nbandwidth: 1MiB\nretries: 1"), done), later)
                        .status()
                        .run())
                .isEqualTo(done.run());
        Course other = look(with(warmup("once", "paths: [mistral/**]"), done), later);
        assertThat(shown(other)).contains("Complete=False/Running");
        assertThat(other.status().run()).isNotEqualTo(done.run());
        assertThat(other.status().warmed()).isNull();
        WarmupStatus begun = look(ONCE, CREATED).status();
        assertThat(look(with(warmup("once", "paths: [mistral/**]"), begun), later)
                        .status()
                        .startTime())
                .isEqualTo(later.toString());
    }

    @Test
    void itIsDeletedWhenItsTimeIsOverUnlessItRunsAgain() {
        BlobCacheWarmup brief = warmup("once", "paths: [llama/**]\nttlAfterFinished: 60s");
        WarmupStatus done = finished(brief, look(brief, CREATED).status(), CREATED.plusSeconds(10))
                .status();
        Course waits = look(with(brief, done), CREATED.plusSeconds(40));
        assertThat(waits.delete()).isFalse();
        assertThat(waits.again()).isEqualTo(Duration.ofSeconds(30));
        assertThat(look(with(brief, done), CREATED.plusSeconds(70)).delete()).isTrue();
        BlobCacheWarmup daily = warmup("cron", "paths: [a]\nschedule: \"0 6 * * *\"\nttlAfterFinished: 0s");
        WarmupStatus ended =
                finished(daily, look(daily, SIX).status(), SIX.plusSeconds(10)).status();
        assertThat(look(with(daily, ended), SIX.plusSeconds(100)).delete()).isFalse();
    }

    private static Course finished(BlobCacheWarmup warmup, WarmupStatus begun, Instant now) {
        String id = Work.id(warmup, Objects.requireNonNull(begun.run()));
        return look(with(warmup, begun), answers(answer("n1", part(id, "done", 10, 1000))), now);
    }

    private static Course look(BlobCacheWarmup warmup, Instant now) {
        return look(warmup, Seen.Cache.READY, 0, now);
    }

    private static Course look(BlobCacheWarmup warmup, Seen.Cache cache, int others, Instant now) {
        return Course.of(new Seen(warmup, cache, others, WarmupAnswers.NONE, now));
    }

    private static Course look(BlobCacheWarmup warmup, WarmupAnswers answers, Instant now) {
        return Course.of(new Seen(warmup, Seen.Cache.READY, 0, answers, now));
    }

    private static List<String> shown(Course course) {
        return Objects.requireNonNull(course.status().conditions()).stream()
                .map(condition -> condition.type() + "=" + condition.status() + "/" + condition.reason())
                .toList();
    }

    private static String message(Course course) {
        return Objects.requireNonNull(course.status().conditions()).getFirst().message();
    }
}
