package io.blobcache.node.tier.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.posix.Errno;
import io.blobcache.node.tier.disk.DiskHealth.State;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DiskHealthTest {
    private final TierCounters counters = new TierCounters();
    private long nowMillis = 1_000_000;
    private int probed;
    private int probes;
    private final DiskHealth health = new DiskHealth(() -> Instant.ofEpochMilli(nowMillis), this::probe, counters);

    private int probe() {
        probes++;
        return probed;
    }

    @Test
    void aHealthyDeviceIsNotProbed() {
        assertThat(health.tick()).isFalse();
        assertThat(probes).isZero();
        assertThat(health.readable() && health.writable()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"ENOSPC", "EDQUOT", "EROFS", "EACCES", "ENOENT"})
    void wantOfSpaceOrPermissionStopsFillsOnlyAndOneCleanProbeEndsIt(Errno errno) {
        for (int i = 0; i < 10; i++) {
            health.failed("write", errno.number());
        }
        assertThat(health.readable()).isTrue();
        assertThat(health.writable()).isFalse();
        assertThat(health.reason()).isNotEmpty();

        probed = errno.number();
        assertThat(health.tick()).isFalse();
        probed = 0;
        assertThat(health.tick()).isTrue();
        assertThat(health.writable()).isTrue();
        assertThat(health.reason()).isEmpty();
    }

    @Test
    void theThirdFailureOfTheDeviceWithinAMinuteTakesItDown() {
        fail(2);
        assertThat(health.state()).isEqualTo(State.UNSTABLE);
        fail(1);
        assertThat(health.state()).isEqualTo(State.DOWN);
        assertThat(health.readable()).isFalse();
        assertThat(counters.deviceErrors.sum()).isEqualTo(3);
    }

    @Test
    void failuresFurtherApartDoNot() {
        for (int i = 0; i < 10; i++) {
            fail(2);
            nowMillis += 61_000;
        }
        assertThat(health.state()).isEqualTo(State.UNSTABLE);
    }

    @Test
    void aDeviceThatFailedIsUsedAgainAfterAMinuteOfCleanProbesInARow() {
        fail(3);
        ticks(DiskHealth.CLEAN_PROBES_AFTER_FAILURE - 1);
        probed = Errno.EIO.number();
        ticks(1);
        probed = 0;
        ticks(DiskHealth.CLEAN_PROBES_AFTER_FAILURE - 1);
        assertThat(health.state()).isEqualTo(State.DOWN);
        ticks(1);
        assertThat(health.state()).isEqualTo(State.NORMAL);
    }

    @Test
    void readsThatDoNotComeBackTakeItDownAndTenSecondsOfCleanProbesBringItBack() {
        for (int second = 0; second < DiskHealth.FAILURES_UNTIL_DOWN; second++) {
            assertThat(health.readable()).isTrue();
            health.slow("read", true);
        }
        assertThat(health.state()).isEqualTo(State.DOWN);

        ticks(DiskHealth.CLEAN_PROBES_AFTER_SLOWNESS - 1);
        assertThat(health.state()).isEqualTo(State.DOWN);
        assertThat(health.tick()).isTrue();
    }

    @Test
    void slowWritesStopTheWritingAndNothingElse() {
        for (int i = 0; i < 10; i++) {
            health.slow("write", false);
        }
        assertThat(health.state()).isEqualTo(State.UNSTABLE);
    }

    @Test
    void aSlowDeviceThatThenFailsIsProvenAsOneThatFailed() {
        health.slow("read", true);
        fail(1);
        ticks(DiskHealth.CLEAN_PROBES_AFTER_SLOWNESS);
        assertThat(health.state()).isEqualTo(State.UNSTABLE);
        assertThat(health.deviceFailed()).isTrue();
    }

    @Test
    void tooManyOpenFilesSaysNothingAboutTheDevice() {
        health.failed("open", Errno.EMFILE.number());
        assertThat(health.state()).isEqualTo(State.NORMAL);
        assertThat(counters.deviceErrors.sum()).isEqualTo(1);
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            health.failed("read", Errno.EIO.number());
        }
    }

    private void ticks(int times) {
        for (int i = 0; i < times; i++) {
            health.tick();
        }
    }
}
