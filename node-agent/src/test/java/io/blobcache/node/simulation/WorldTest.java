package io.blobcache.node.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

final class WorldTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final World world = new World(1);

    @Test
    void threadsRunOneAfterTheOtherAndTimeGoesOnWhenAllWait() {
        List<String> told = new ArrayList<>();
        world.start(() -> sleepThenTell(2, told));
        world.start(() -> sleepThenTell(1, told));

        world.run(LIMIT);

        assertThat(told).containsExactly("1 at 1", "2 at 2");
        assertThat(world.liveThreads()).isZero();
    }

    @Test
    void aThreadThatWaitedForSomethingOutsideIsToldOf() {
        Thread[] waiting = new Thread[1];
        world.start(() -> {
            waiting[0] = Thread.currentThread();
            LockSupport.park();
        });
        world.start(() -> {
            Thread outside = Thread.ofPlatform().name("outside").start(() -> LockSupport.unpark(waiting[0]));
            while (outside.isAlive()) {
                Thread.onSpinWait();
            }
        });

        assertThatThrownBy(() -> world.run(LIMIT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a thread of the simulation was woken from outside, by outside");
    }

    private void sleepThenTell(long nanos, List<String> told) {
        try {
            world.sleep(nanos);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        told.add(nanos + " at " + world.getAsLong());
    }
}
