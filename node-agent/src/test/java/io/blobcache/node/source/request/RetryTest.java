package io.blobcache.node.source.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.config.Changed;
import io.blobcache.node.config.SourceConfig;
import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.model.BlobException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryTest {
    private static final SourceConfig CONFIG = SourceConfig.DEFAULT;

    private final FakeTime time = new FakeTime();
    private final SourceCounters counters = new SourceCounters();
    private final AtomicInteger attempts = new AtomicInteger();

    @Test
    void aFailingSourceIsAskedFourTimesAndTheLastVerdictCounts() {
        assertThatThrownBy(() -> retry(1).call("read", 0, this::failing))
                .isInstanceOf(BlobException.Unavailable.class)
                .hasMessage("attempt 4");
        assertThat(attempts).hasValue(4);
        assertThat(counters.retries.sum()).isEqualTo(3);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 5, 8, 13})
    void pausesGrowFromTheOneBeforeAndStayWithinTheirBounds(long seed) {
        assertThatThrownBy(() -> retry(seed).call("read", 0, this::failing)).isInstanceOf(BlobException.class);
        Duration last = CONFIG.minBackoff();
        for (Duration pause : time.pauses()) {
            assertThat(pause).isBetween(CONFIG.minBackoff(), last.multipliedBy(3));
            assertThat(pause).isLessThanOrEqualTo(CONFIG.maxBackoff());
            last = pause;
        }
        assertThat(time.pauses()).hasSize(3);
    }

    @Test
    void retryAfterIsObeyed() throws Exception {
        String answer = retry(1).call("read", 0, _ -> {
            if (attempts.incrementAndGet() == 1) {
                throw AttemptFailure.retryable(new BlobException.Unavailable("busy", null), Duration.ofSeconds(7));
            }
            return "ok";
        });
        assertThat(answer).isEqualTo("ok");
        assertThat(time.pauses()).containsExactly(Duration.ofSeconds(7));
    }

    @Test
    void aPauseBeyondTheDeadlineIsNotWaitedFor() {
        assertThatThrownBy(() -> retry(1).call("read", 0, _ -> {
                    attempts.incrementAndGet();
                    throw AttemptFailure.retryable(new BlobException.Unavailable("busy", null), Duration.ofSeconds(31));
                }))
                .hasMessage("busy");
        assertThat(attempts).hasValue(1);
        assertThat(time.pauses()).isEmpty();
    }

    @Test
    void aVerdictOfTheSourceIsNotAskedForTwice() {
        assertThatThrownBy(() -> retry(1).call("read", 0, _ -> {
                    attempts.incrementAndGet();
                    throw AttemptFailure.last(new BlobException.NotFound("no such path"));
                }))
                .isInstanceOf(BlobException.NotFound.class);
        assertThat(attempts).hasValue(1);
    }

    @Test
    void somethingRenewedIsTriedOnceMoreAtOnce() {
        assertThatThrownBy(() -> retry(1).call("read", 0, _ -> {
                    attempts.incrementAndGet();
                    throw AttemptFailure.renewed(new BlobException.Denied("denied", null));
                }))
                .isInstanceOf(BlobException.Denied.class);
        assertThat(attempts).hasValue(2);
        assertThat(time.pauses()).isEmpty();
    }

    @Test
    void retriesStayBelowAFifthOfTheRequestsBeyondTheBurst() {
        Retry retry = retry(1);
        int calls = 1000;
        for (int i = 0; i < calls; i++) {
            assertThatThrownBy(() -> retry.call("read", 0, this::failing)).isInstanceOf(BlobException.class);
        }
        assertThat(attempts.get() - calls)
                .isGreaterThan(CONFIG.maxRequests())
                .isLessThanOrEqualTo(CONFIG.maxRequests() + calls / 5);
    }

    @Test
    void aChangeOfTheConfigurationIsTakenByTheNextCall() {
        AtomicReference<SourceConfig> inForce = new AtomicReference<>(CONFIG);
        Retry retry = new Retry(inForce::get, counters, time, new Random(1));
        assertThatThrownBy(() -> retry.call("read", 0, this::failing)).hasMessage("attempt " + CONFIG.attempts());

        Duration exactly = Duration.ofMillis(7);
        inForce.set(Changed.copy(CONFIG, "attempts", 2, "minBackoff", exactly, "maxBackoff", exactly));

        attempts.set(0);
        assertThatThrownBy(() -> retry.call("read", 0, this::failing)).hasMessage("attempt 2");
        assertThat(time.pauses()).last().isEqualTo(exactly);
    }

    @Test
    void aPauseEndsWhenTheReaderGivesUp() {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> retry(1).call("read", 0, this::failing))
                    .isInstanceOf(BlobException.Interrupted.class);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            boolean cleared = Thread.interrupted();
            assertThat(cleared).isTrue();
        }
    }

    @Test
    void noMoreRequestsRunAtOnceThanAllowed() throws Exception {
        SourceConfig two = Changed.copy(CONFIG, "attempts", 4, "maxRequests", 2);
        Retry retry = new Retry(() -> two, counters, time, new Random(1));
        CountDownLatch bothIn = new CountDownLatch(2);
        CountDownLatch leave = new CountDownLatch(1);
        AtomicInteger inside = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?>[] calls = new Future<?>[5];
            for (int i = 0; i < calls.length; i++) {
                calls[i] = threads.submit(() -> retry.call("read", 0, _ -> {
                    assertThat(inside.incrementAndGet()).isLessThanOrEqualTo(2);
                    bothIn.countDown();
                    await(leave);
                    return inside.decrementAndGet();
                }));
            }
            bothIn.await();
            leave.countDown();
            for (Future<?> call : calls) {
                call.get();
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts this test", e);
        }
    }

    private String failing(Deadline deadline) throws AttemptFailure {
        assertThat(deadline.expired()).isFalse();
        throw AttemptFailure.retryable(new BlobException.Unavailable("attempt " + attempts.incrementAndGet(), null));
    }

    private Retry retry(long seed) {
        return new Retry(() -> CONFIG, counters, time, new Random(seed));
    }
}
