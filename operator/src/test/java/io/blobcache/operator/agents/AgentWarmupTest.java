package io.blobcache.operator.agents;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.admin.AgentStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgentWarmupTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void whatAnAgentTellsIsReadByTheNamesThatItHas() {
        String status = """
                {"version": "1", "warmups": [{"id": "w-1", "state": "warming", "files": 10, "warmedFiles": 4,
                 "failedFiles": 1, "bytes": 1000, "warmedBytes": 400, "fetchedBytes": 300,
                 "failures": [{"path": "a", "reason": "denied"}]}]}
                """;
        assertThat(AgentWarmup.parse(status))
                .containsExactly(new AgentWarmup("w-1", "warming", 10, 4, 1, 1000, 400, 300, Map.of("a", "denied")));
        assertThat(Arrays.stream(AgentStatus.Warmup.class.getRecordComponents()).map(RecordComponent::getName))
                .containsExactlyElementsOf(Arrays.stream(AgentWarmup.class.getRecordComponents())
                        .map(RecordComponent::getName)
                        .toList());
    }

    @Test
    void anAgentThatStartsTellsNothing() {
        assertThat(AgentWarmup.parse("starting\n")).isEmpty();
        assertThat(AgentWarmup.parse("{}")).isEmpty();
    }

    @Test
    void aPodIsWaitedForWhileItMayComeBack() {
        assertThat(WarmupPolling.serves(pod("True", NOW.minusSeconds(9000)), NOW))
                .isTrue();
        assertThat(WarmupPolling.serves(pod("False", NOW.minusSeconds(60)), NOW))
                .isTrue();
        assertThat(WarmupPolling.serves(pod("False", NOW.minusSeconds(180)), NOW))
                .isFalse();
    }

    private static Pod pod(String ready, Instant since) {
        return new PodBuilder()
                .withNewStatus()
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready)
                .withLastTransitionTime(since.toString())
                .endCondition()
                .endStatus()
                .build();
    }
}
