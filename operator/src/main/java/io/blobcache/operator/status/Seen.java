package io.blobcache.operator.status;

import io.blobcache.operator.agents.AgentsReport;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of one resource at one time.
 *
 * @param generation of the resource
 * @param problems   why its agents do not have the configuration that it asks for; empty if they do
 * @param refusal    what the API server said to what it did not take; empty if it took everything
 * @param agents     as their DaemonSet counts them
 * @param troubles   why agents do not run, each with its node
 * @param report     as they tell themselves
 * @param monitoring whether Prometheus' operator knows of them
 */
public record Seen(
        long generation,
        List<String> problems,
        String refusal,
        Rollout agents,
        List<String> troubles,
        AgentsReport report,
        Monitoring monitoring) {

    public Seen {
        problems = List.copyOf(problems);
        troubles = List.copyOf(troubles);
    }

    /** Why agents do not run, as Kubernetes tells it of their pods. */
    public static List<String> troubles(@Nullable DaemonSet set, Collection<Pod> pods, Instant now) {
        return PodTroubles.of(set, pods, now);
    }

    /**
     * What a DaemonSet counts.
     *
     * @param counted whether the counts are about what is wanted now
     */
    public record Rollout(int desired, int ready, int updated, boolean onDelete, boolean counted) {

        public static Rollout of(@Nullable DaemonSet set) {
            if (set == null || set.getStatus() == null) {
                return new Rollout(0, 0, 0, false, false);
            }
            Long observed = set.getStatus().getObservedGeneration();
            return new Rollout(
                    number(set.getStatus().getDesiredNumberScheduled()),
                    number(set.getStatus().getNumberReady()),
                    number(set.getStatus().getUpdatedNumberScheduled()),
                    "OnDelete".equals(set.getSpec().getUpdateStrategy().getType()),
                    observed != null && observed.equals(set.getMetadata().getGeneration()));
        }

        private static int number(@Nullable Integer count) {
            return count == null ? 0 : count;
        }

        /** Every agent there is has been told everything and serves. */
        public boolean complete() {
            return counted && desired > 0 && ready >= desired && (updated >= desired || onDelete);
        }
    }
}
