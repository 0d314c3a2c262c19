package io.blobcache.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AgentLifeTest {
    private final AgentLife life = new AgentLife();

    @Test
    void anAgentThatBeginsIsNeitherStartedNorReady() {
        assertThat(life.notStarted()).isEqualTo("starting");
        assertThat(life.notReady()).isEqualTo("starting");
    }

    @Test
    void anAgentThatWaitsForItsSourceIsStartedAndNotReady() {
        life.waitsFor("source s3://b does not answer");

        assertThat(life.notStarted()).isEmpty();
        assertThat(life.notReady()).isEqualTo("source s3://b does not answer");
    }

    @Test
    void anAgentThatServesIsReadyAsItsMountIs() {
        life.serves(Statuses::healthy, () -> "");
        assertThat(life.notReady()).isEmpty();

        life.serves(() -> Statuses.notReady("the mount is gone"), () -> "");
        assertThat(life.notReady()).isEqualTo("the mount is gone");
    }

    @Test
    void anAgentThatDrainsIsNotReadyAndStillTellsItsNumbers() throws InterruptedException {
        life.serves(Statuses::healthy, () -> "blobcache_build_info 1\n");
        assertThat(life.drainsWithin(Duration.ZERO)).isFalse();

        life.drains();

        assertThat(life.drainsWithin(Duration.ZERO)).isTrue();
        assertThat(life.notReady()).isEqualTo("draining");
        assertThat(life.notStarted()).isEmpty();
        assertThat(life.metrics()).isEqualTo("blobcache_build_info 1\n");
    }
}
