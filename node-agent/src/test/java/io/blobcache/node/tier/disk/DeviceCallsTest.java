package io.blobcache.node.tier.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeviceCallsTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String LATE = "late";

    private final AtomicLong nanoTime = new AtomicLong();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger made = new AtomicInteger();
    private final CountDownLatch comesBack = new CountDownLatch(1);
    private final DeviceCalls calls = new DeviceCalls(
            task -> {
                made.incrementAndGet();
                return Thread.ofPlatform().daemon().unstarted(task);
            },
            nanoTime::get);

    @AfterEach
    void close() {
        comesBack.countDown();
        calls.close();
    }

    private String hang() {
        inside.incrementAndGet();
        boolean interrupted = true;
        while (interrupted) {
            try {
                comesBack.await();
                interrupted = false;
            } catch (InterruptedException _) {
                // As the kernel, which does not let a read of a disk be interrupted.
            }
        }
        inside.decrementAndGet();
        return "back";
    }

    private void hang(int times) {
        for (int i = 0; i < times; i++) {
            int expected = i + 1;
            assertThat(calls.run(this::hang, SHORT, LATE)).isEqualTo(LATE);
            DiskFixture.await("it hangs", () -> inside.get() == expected);
        }
    }

    private void pass(Duration time) {
        nanoTime.addAndGet(time.toNanos());
    }

    @Test
    void theAnswerOfACallIsItsCallers() {
        assertThat(calls.run(() -> "answer", LONG, LATE)).isEqualTo("answer");
        assertThat(calls.takeOverdue()).isFalse();
    }

    @Test
    void whenAllThreadsHangTheNextCallIsLateAtOnceAndMadeByNobody() {
        hang(DeviceCalls.MAX_THREADS);
        pass(LONG.plusSeconds(1));

        AtomicInteger asked = new AtomicInteger();
        assertThat(calls.run(asked::incrementAndGet, LONG, -1)).isEqualTo(-1);

        assertThat(made).hasValue(DeviceCalls.MAX_THREADS);
        comesBack.countDown();
        DiskFixture.await(
                "threads are free again",
                () -> calls.run(() -> "answer", LONG, LATE).equals("answer"));
        assertThat(asked).hasValue(0);
        assertThat(made).hasValue(DeviceCalls.MAX_THREADS);
    }

    @Test
    void aCallThatNobodyWaitsForAnyMoreIsNotBegun() {
        hang(DeviceCalls.MAX_THREADS);

        AtomicInteger asked = new AtomicInteger();
        assertThat(calls.run(asked::incrementAndGet, SHORT, -1)).isEqualTo(-1);
        comesBack.countDown();

        assertThat(calls.run(() -> "answer", LONG, LATE)).isEqualTo("answer");
        assertThat(asked).hasValue(0);
    }

    @Test
    void aCallIsCountedOncePerSecondThatItIsOverdue() {
        hang(3);
        assertThat(calls.takeOverdue()).as("late, and not yet overdue").isFalse();

        pass(DeviceCalls.OVERDUE.plusMillis(1));
        assertThat(calls.overdue()).isTrue();
        assertThat(calls.takeOverdue()).isTrue();
        assertThat(calls.takeOverdue()).as("within the same second").isFalse();

        pass(DeviceCalls.OVERDUE);
        assertThat(calls.takeOverdue()).isTrue();
    }

    @Test
    void aCallThatCameBackOverdueIsCountedAfterwards() {
        hang(1);
        pass(DeviceCalls.OVERDUE.plusMillis(1));
        comesBack.countDown();
        DiskFixture.await("it came back", () -> !calls.overdue());

        assertThat(calls.takeOverdue()).isTrue();
        pass(DeviceCalls.OVERDUE);
        assertThat(calls.takeOverdue()).isFalse();
    }

    @Test
    void aProbeThatHangsIsMadeOnceAndSaysSlow() {
        TimedProbe probe = new TimedProbe(calls, () -> hang().length());

        assertThat(probe.getAsInt()).isPositive();
        assertThat(probe.getAsInt()).isPositive();

        assertThat(inside).hasValue(1);
        pass(LONG);
        assertThat(calls.takeOverdue()).as("a probe is no read").isFalse();
    }

    @Test
    void aBugInACallIsItsCallers() {
        assertThatThrownBy(() -> calls.run(
                        () -> {
                            throw new IllegalArgumentException("bug");
                        },
                        LONG,
                        LATE))
                .hasRootCauseMessage("bug");
    }
}
