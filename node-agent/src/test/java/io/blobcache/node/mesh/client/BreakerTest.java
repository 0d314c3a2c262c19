package io.blobcache.node.mesh.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BreakerTest {
    private final AtomicLong nanoTime = new AtomicLong(1);
    private final Breaker breaker = new Breaker(nanoTime::get, new Random(1));

    @Test
    void aPeerThatFailsNowAndThenIsAskedOn() {
        for (int i = 0; i < 10; i++) {
            breaker.failed();
            breaker.failed();
            breaker.succeeded();
            assertThat(breaker.lets()).isTrue();
        }
    }

    @Test
    void afterThreeFailuresOneRequestTriesOnceThePauseIsOver() {
        assertThat(breaker.failed()).isFalse();
        assertThat(breaker.failed()).isFalse();
        assertThat(breaker.failed()).as("from now on").isTrue();

        assertThat(breaker.lets()).isFalse();
        pass(Duration.ofMillis(320));
        assertThat(breaker.lets()).isTrue();
        assertThat(breaker.lets()).as("while one tries").isFalse();

        breaker.succeeded();
        assertThat(breaker.lets()).isTrue();
        assertThat(breaker.isOpen()).isFalse();
    }

    @Test
    void thePauseGrowsAndEndsWithinFiveSeconds() {
        breaker.failed();
        breaker.failed();
        breaker.failed();
        for (int round = 0; round < 20; round++) {
            pass(Duration.ofSeconds(5));
            assertThat(breaker.lets()).as("round %d", round).isTrue();
            assertThat(breaker.failed()).isFalse();
            assertThat(breaker.lets()).isFalse();
        }
        pass(Duration.ofMillis(3_900));
        assertThat(breaker.lets()).as("the pause has grown").isFalse();
    }

    @Test
    void aRequestThatWasGivenUpLeavesTheTryToAnother() {
        breaker.failed();
        breaker.failed();
        breaker.failed();
        pass(Duration.ofSeconds(1));
        assertThat(breaker.lets()).isTrue();

        breaker.gaveUp();

        assertThat(breaker.lets()).isTrue();
    }

    private void pass(Duration time) {
        nanoTime.addAndGet(time.toNanos());
    }
}
