package io.blobcache.operator.status;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Why agents do not run, as Kubernetes tells it of their pods: of those that run, and wait, the agents tell themselves. A text
 * stays the same while nothing changes, also where Kubernetes counts and goes to and fro, as each other one is a write.
 */
final class PodTroubles {
    /** Making pods, or a container, takes seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Instant now;

    private PodTroubles(Instant now) {
        this.now = now;
    }

    /** One for each pod that has any, with its node in front. */
    static List<String> of(@Nullable DaemonSet set, Collection<Pod> pods, Instant now) {
        PodTroubles troubles = new PodTroubles(now);
        if (pods.isEmpty()) {
            return troubles.noPods(set);
        }
        return pods.stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null && pod.getStatus() != null)
                .flatMap(troubles::of)
                .distinct()
                .sorted()
                .toList();
    }

    /** Only an event of the DaemonSet says more, and it is gone after an hour. */
    private List<String> noPods(@Nullable DaemonSet set) {
        if (set == null || set.getStatus() == null) {
            return List.of();
        }
        boolean wanted = Objects.requireNonNullElse(set.getStatus().getDesiredNumberScheduled(), 0) > 0;
        return wanted && old(set.getMetadata().getCreationTimestamp())
                ? List.of("no pod is made: agents are privileged, so the namespace needs the label"
                        + " pod-security.kubernetes.io/enforce=privileged where pod security is enforced; kubectl describe"
                        + " daemonset " + set.getMetadata().getName() + " says more")
                : List.of();
    }

    private Stream<String> of(Pod pod) {
        String why = Stream.concat(
                        Stream.of(unscheduled(pod), failed(pod)),
                        pod.getStatus().getContainerStatuses().stream().map(status -> container(pod, status)))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
        return why.isEmpty() ? Stream.empty() : Stream.of(node(pod) + ": " + why);
    }

    private static String unscheduled(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("PodScheduled")
                        && condition.getStatus().equals("False"))
                .findFirst()
                .map(PodTroubles::unscheduled)
                .orElse("");
    }

    private static String unscheduled(PodCondition condition) {
        return Brief.of(condition.getReason() + ": " + condition.getMessage());
    }

    /** Evicted, or not admitted by the kubelet. */
    private static String failed(Pod pod) {
        return "Failed".equals(pod.getStatus().getPhase())
                ? Brief.of(pod.getStatus().getReason() + ": " + pod.getStatus().getMessage())
                : "";
    }

    private String container(Pod pod, ContainerStatus status) {
        boolean waits = status.getState() != null && status.getState().getWaiting() != null;
        String reason = waits ? String.valueOf(status.getState().getWaiting().getReason()) : "";
        return switch (reason) {
            case "", "CrashLoopBackOff" -> Boolean.TRUE.equals(status.getReady()) ? "" : Ended.of(status);
            case "PodInitializing" -> "";
            case "ContainerCreating" ->
                old(pod.getStatus().getStartTime())
                        ? "ContainerCreating for more than a minute: kubectl describe pod "
                                + pod.getMetadata().getName() + " says why"
                        : "";
            // Turn by turn, with one error.
            case "ErrImagePull", "ImagePullBackOff" -> "ImagePullBackOff: " + Brief.of(pullError(status));
            default -> Brief.of(reason + ": " + status.getState().getWaiting().getMessage());
        };
    }

    private static String pullError(ContainerStatus status) {
        String message = String.valueOf(status.getState().getWaiting().getMessage());
        String mark = "ErrImagePull: ";
        return message.substring(message.contains(mark) ? message.indexOf(mark) + mark.length() : 0);
    }

    private boolean old(@Nullable String since) {
        return since != null && now.isAfter(Instant.parse(since).plus(PATIENCE));
    }

    /** Where it is, or where it is to be: the controller has chosen it before the scheduler. */
    private static String node(Pod pod) {
        if (pod.getSpec().getNodeName() != null) {
            return pod.getSpec().getNodeName();
        }
        return Stream.ofNullable(pod.getSpec().getAffinity())
                .flatMap(affinity -> Stream.ofNullable(affinity.getNodeAffinity()))
                .flatMap(affinity -> Stream.ofNullable(affinity.getRequiredDuringSchedulingIgnoredDuringExecution()))
                .flatMap(selector -> selector.getNodeSelectorTerms().stream())
                .flatMap(term -> term.getMatchFields().stream())
                .filter(field -> "metadata.name".equals(field.getKey()))
                .flatMap(field -> field.getValues().stream())
                .findFirst()
                .orElse(pod.getMetadata().getName());
    }
}
