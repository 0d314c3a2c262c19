package io.blobcache.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pods as the API server of Kubernetes 1.34 gives them. */
class PodTroublesTest {
    private static final Instant MADE = Instant.parse("2026-01-01T12:00:00Z");
    private static final Instant SOON = MADE.plusSeconds(5);
    private static final Instant LATER = MADE.plusSeconds(90);

    private static final String LAST = "{terminated: {exitCode: 2, reason: Error, message: %s}}";

    @Test
    void anImageThatCannotBePulledIsToldWithOneTextInBothOfItsStates() {
        String error = "failed to pull and unpack image \\\"agent:9\\\": not found";
        String first = "{waiting: {reason: ErrImagePull, message: \"" + error + "\"}}";
        String then =
                "{waiting: {reason: ImagePullBackOff, message: \"Back-off pulling image \\\"agent:9\\\": ErrImagePull: "
                        + error + "\"}}";
        String wanted = "n1: ImagePullBackOff: failed to pull and unpack image \"agent:9\": not found";
        assertThat(told(container(first, "{}", 0))).containsExactly(wanted);
        assertThat(told(container(then, "{}", 0))).containsExactly(wanted);
    }

    @Test
    void anAgentThatEndsAgainAndAgainIsToldWithItsLastWordsAndOneText() {
        String said = "\"WARN slow\\nagent.yaml: sources[0]: source must be /source\\n\\tat Main\\n\"";
        String back = "{waiting: {reason: CrashLoopBackOff, message: back-off 40s restarting failed container}}";
        String wanted = "n1: CrashLoopBackOff: Error, exit code 2, agent.yaml: sources[0]: source must be /source";
        assertThat(told(container(back, LAST.formatted(said), 3))).containsExactly(wanted);
        assertThat(told(container("{running: {}}", LAST.formatted(said), 4))).containsExactly(wanted);
        assertThat(told(container(LAST.formatted(said), LAST.formatted(said), 4)))
                .containsExactly(wanted);
        assertThat(told(container("{terminated: {exitCode: 137, reason: OOMKilled}}", "{}", 0)))
                .containsExactly("n1: OOMKilled, exit code 137");
    }

    @Test
    void anAgentThatServesOrIsAboutToHasNoTrouble() {
        assertThat(told(container("{running: {}}", "{}", 0))).isEmpty();
        assertThat(told(container("{running: {}}", LAST.formatted("bad"), 1).replace("ready: false", "ready: true")))
                .isEmpty();
        String creating = container("{waiting: {reason: ContainerCreating}}", "{}", 0);
        assertThat(PodTroubles.of(null, List.of(pod(creating)), SOON)).isEmpty();
        assertThat(told(creating)).singleElement().asString().contains("n1: ContainerCreating", "describe pod agent-x");
    }

    @Test
    void whatElseAContainerWaitsForIsToldInAFewWords() {
        String missing = "{waiting: {reason: CreateContainerError, message: \"%s\"}}".formatted("long ".repeat(100));
        assertThat(told(container(missing, "{}", 0)))
                .singleElement()
                .asString()
                .startsWith("n1: CreateContainerError: long long")
                .hasSizeLessThan(220);
    }

    @Test
    void aPodWithoutARoomIsToldWithTheNodeThatItIsFor() {
        String pod = """
                metadata: {name: agent-x}
                spec:
                  affinity:
                    nodeAffinity:
                      requiredDuringSchedulingIgnoredDuringExecution:
                        nodeSelectorTerms:
                          - matchFields: [{key: metadata.name, operator: In, values: [n7]}]
                status:
                  phase: Pending
                  conditions:
                    - {type: PodScheduled, status: "False", reason: Unschedulable, message: "0/3 nodes are available: 1 Insufficient memory"}
                """;
        assertThat(told(pod)).containsExactly("n7: Unschedulable: 0/3 nodes are available: 1 Insufficient memory");
        String evicted = """
                metadata: {name: agent-x}
                spec: {nodeName: n1}
                status: {phase: Failed, reason: Evicted, message: The node was low on resource}
                """;
        assertThat(told(evicted)).containsExactly("n1: Evicted: The node was low on resource");
        assertThat(told(evicted.replace("agent-x", "agent-x, deletionTimestamp: now")))
                .isEmpty();
    }

    @Test
    void wherePodsAreRefusedTheLabelOfTheNamespaceIsNamed() {
        assertThat(PodTroubles.of(set(3), List.of(), LATER))
                .singleElement()
                .asString()
                .contains("pod-security.kubernetes.io/enforce=privileged", "describe daemonset blobcache-models");
        assertThat(PodTroubles.of(set(3), List.of(), SOON)).isEmpty();
        assertThat(PodTroubles.of(set(0), List.of(), LATER)).isEmpty();
        assertThat(PodTroubles.of(null, List.of(), LATER)).isEmpty();
    }

    private static List<String> told(String pod) {
        return PodTroubles.of(set(3), List.of(pod(pod)), LATER);
    }

    private static Pod pod(String yaml) {
        return Serialization.unmarshal("apiVersion: v1\nkind: Pod\n" + yaml, Pod.class);
    }

    private static String container(String state, String lastState, int restarts) {
        return """
                metadata: {name: agent-x}
                spec: {nodeName: n1}
                status:
                  phase: Running
                  startTime: "2026-01-01T12:00:00Z"
                  conditions: [{type: PodScheduled, status: "True"}]
                  containerStatuses:
                    - {name: agent, ready: false, restartCount: %d, state: %s, lastState: %s}
                """.formatted(restarts, state, lastState);
    }

    private static DaemonSet set(int desired) {
        return Serialization.unmarshal("""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: blobcache-models, creationTimestamp: "2026-01-01T12:00:00Z"}
                status: {desiredNumberScheduled: %d}
                """.formatted(desired), DaemonSet.class);
    }
}
