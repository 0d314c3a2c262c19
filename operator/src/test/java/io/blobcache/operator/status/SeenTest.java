package io.blobcache.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.operator.status.Seen.Rollout;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import org.junit.jupiter.api.Test;

class SeenTest {
    @Test
    void countsOfAnEarlierGenerationDoNotCount() {
        assertThat(Rollout.of(set(2, 1, 3, 3, 3)).complete()).isFalse();
        assertThat(Rollout.of(set(2, 2, 3, 3, 3)).complete()).isTrue();
        assertThat(Rollout.of(null).complete()).isFalse();
    }

    @Test
    void aRolloutIsCompleteWhenAllServeAndAllAreUpToDate() {
        assertThat(Rollout.of(set(1, 1, 3, 2, 3)).complete()).isFalse();
        assertThat(Rollout.of(set(1, 1, 3, 3, 2)).complete()).isFalse();
        assertThat(Rollout.of(set(1, 1, 0, 0, 0)).complete()).isFalse();
    }

    private static DaemonSet set(long generation, long observed, int desired, int ready, int updated) {
        return new DaemonSetBuilder()
                .withNewMetadata()
                .withGeneration(generation)
                .endMetadata()
                .withNewSpec()
                .withNewUpdateStrategy()
                .withType("RollingUpdate")
                .endUpdateStrategy()
                .endSpec()
                .withNewStatus()
                .withObservedGeneration(observed)
                .withDesiredNumberScheduled(desired)
                .withNumberReady(ready)
                .withUpdatedNumberScheduled(updated)
                .endStatus()
                .build();
    }
}
