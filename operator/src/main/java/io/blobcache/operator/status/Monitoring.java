package io.blobcache.operator.status;

import io.blobcache.operator.status.Conditions.Claim;
import io.blobcache.operator.status.Conditions.Truth;

/**
 * Whether Prometheus' operator was told of the agents.
 *
 * @param refusal what the API server said to what it did not take; else empty
 */
public record Monitoring(State state, String refusal) {
    public static final Monitoring NOT_WANTED = of(State.NOT_WANTED);

    public static Monitoring of(State state) {
        return new Monitoring(state, "");
    }

    /** What came of the wish. */
    public enum State {
        NOT_WANTED(Truth.UNKNOWN, "NotWanted", "nobody asked for a PodMonitor"),
        TOLD(Truth.TRUE, "PodMonitorMade", "Prometheus' operator is told of the agents"),
        /** The API server has not answered yet whether there are such resources. */
        UNKNOWN(Truth.UNKNOWN, "NotAsked", "it is not known yet whether the cluster has PodMonitors"),
        ABSENT(
                Truth.FALSE,
                "NoPodMonitors",
                "the cluster has no podmonitors.monitoring.coreos.com: install Prometheus' operator, or set"
                        + " spec.observability.podMonitor to false"),
        FORBIDDEN(
                Truth.FALSE,
                "Forbidden",
                "the operator may not list podmonitors.monitoring.coreos.com: give it the rights of its chart"),
        REFUSED(Truth.FALSE, "Refused", "the PodMonitor was not taken: ");

        private final Truth truth;
        private final String reason;
        private final String message;

        State(Truth truth, String reason, String message) {
            this.truth = truth;
            this.reason = reason;
            this.message = message;
        }
    }

    Claim claim() {
        return new Claim("Monitored", state.truth, state.reason, state.message + refusal);
    }
}
