package io.blobcache.node.mesh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AdmissionTest {
    private static final int MEBI = 1 << 20;

    private final Admission admission = new Admission(4 * MEBI, MEBI, System::nanoTime);

    @Test
    void noMoreIsLentThanThereIs() throws InterruptedException {
        for (int i = 0; i < 4; i++) {
            assertThat(admission.enter(MEBI, Duration.ZERO)).isTrue();
        }
        assertThat(admission.enter(MEBI, Duration.ZERO)).isFalse();

        admission.leave(MEBI);

        assertThat(admission.enter(MEBI, Duration.ZERO)).isTrue();
    }

    @Test
    void aSmallOneCountsAsTheLeast() throws InterruptedException {
        for (int i = 0; i < 4; i++) {
            assertThat(admission.enter(1, Duration.ZERO)).isTrue();
        }
        assertThat(admission.enter(1, Duration.ZERO)).isFalse();
    }

    @Test
    void aLargerOneThanThereIsHasAllOfIt() throws InterruptedException {
        assertThat(admission.enter(16 * MEBI, Duration.ZERO)).isTrue();
        assertThat(admission.enter(1, Duration.ZERO)).isFalse();

        admission.leave(16 * MEBI);

        assertThat(admission.enter(4 * MEBI, Duration.ZERO)).isTrue();
    }

    /** It does not keep its place, or those after it would wait for nobody. */
    @Test
    void oneThatGaveUpHoldsNobodyUp() throws InterruptedException {
        assertThat(admission.enter(3 * MEBI, Duration.ZERO)).isTrue();
        assertThat(admission.enter(2 * MEBI, Duration.ofMillis(1))).isFalse();

        assertThat(admission.enter(MEBI, Duration.ZERO)).isTrue();
    }

    @Test
    void oneThatIsInterruptedTakesNothing() throws InterruptedException {
        assertThat(admission.enter(4 * MEBI, Duration.ZERO)).isTrue();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> admission.enter(MEBI, Duration.ofSeconds(10)))
                .isInstanceOf(InterruptedException.class);

        admission.leave(4 * MEBI);

        assertThat(admission.enter(4 * MEBI, Duration.ZERO)).isTrue();
    }
}
