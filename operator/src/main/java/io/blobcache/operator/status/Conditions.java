package io.blobcache.operator.status;

import io.blobcache.crd.StatusCondition;
import io.blobcache.operator.agents.AgentsReport;
import io.blobcache.operator.status.Seen.Rollout;
import java.util.ArrayList;
import java.util.List;

/**
 * The six conditions of a resource, and the seventh of one that asks to be monitored, worked out anew each time; when they
 * became what they are is added later.
 */
final class Conditions {
    /** Longer ones are cut: a list of names is for a first look, not for an inventory. */
    private static final int SHOWN = 5;

    private final Seen seen;
    private final Rollout agents;
    private final AgentsReport report;

    Conditions(Seen seen) {
        this.seen = seen;
        this.agents = seen.agents();
        this.report = seen.report();
    }

    /** In the order in which people read them. */
    List<Claim> all() {
        List<Claim> all = new ArrayList<>(
                List.of(ready(), progressing(), degraded(), sourceReachable(), peersHealthy(), diskPressure()));
        if (seen.monitoring().state() != Monitoring.State.NOT_WANTED) {
            all.add(seen.monitoring().claim());
        }
        return all;
    }

    /** A condition without its times. */
    record Claim(String type, Truth truth, String reason, String message) {
        StatusCondition at(long generation, String time) {
            return new StatusCondition(type, truth.word(), generation, time, reason, message);
        }

        /** Whether it is no news after this one; its message may have another number. */
        boolean says(StatusCondition before) {
            return before.status().equals(truth.word()) && before.reason().equals(reason);
        }
    }

    /** What a condition claims. */
    enum Truth {
        TRUE("True"),
        FALSE("False"),
        UNKNOWN("Unknown");

        private final String word;

        Truth(String word) {
            this.word = word;
        }

        static Truth of(boolean claim) {
            return claim ? TRUE : FALSE;
        }

        String word() {
            return word;
        }
    }

    private Claim ready() {
        if (!seen.refusal().isEmpty()) {
            return refused("Ready", Truth.FALSE);
        } else if (!seen.problems().isEmpty()) {
            return new Claim("Ready", Truth.FALSE, "InvalidConfiguration", invalid());
        } else if (!agents.counted()) {
            return new Claim("Ready", Truth.FALSE, "Starting", "agents are about to be started");
        } else if (agents.desired() == 0) {
            return new Claim("Ready", Truth.FALSE, "NoNodes", "no node is chosen by spec.placement");
        }
        String count = "%d of %d agents serve".formatted(agents.ready(), agents.desired());
        return agents.complete()
                ? new Claim("Ready", Truth.TRUE, "AgentsServe", count)
                : new Claim("Ready", Truth.FALSE, "AgentsMissing", withWaiting(count));
    }

    private Claim progressing() {
        if (!seen.refusal().isEmpty()) {
            return refused("Progressing", Truth.FALSE);
        }
        boolean rolling = !agents.counted() || (agents.updated() < agents.desired() && !agents.onDelete());
        if (rolling) {
            String count = "%d of %d agents are up to date".formatted(agents.updated(), agents.desired());
            return new Claim("Progressing", Truth.TRUE, "RollingOut", count);
        } else if (agents.updated() < agents.desired()) {
            String count = agents.updated() + " of " + agents.desired();
            return new Claim(
                    "Progressing",
                    Truth.FALSE,
                    "WaitsForDeletion",
                    count + " agents are up to date; the others wait for their pods to be deleted (OnDelete)");
        }
        return new Claim("Progressing", Truth.FALSE, "UpToDate", "all agents are up to date");
    }

    private Claim degraded() {
        if (!seen.refusal().isEmpty()) {
            return refused("Degraded", Truth.TRUE);
        } else if (!seen.problems().isEmpty()) {
            return new Claim("Degraded", Truth.TRUE, "InvalidConfiguration", invalid());
        } else if (agents.counted() && agents.updated() >= agents.desired() && agents.ready() < agents.desired()) {
            String missing =
                    "%d of %d agents do not serve".formatted(agents.desired() - agents.ready(), agents.desired());
            return new Claim("Degraded", Truth.TRUE, "AgentsMissing", withWaiting(missing));
        } else if (report.answered() < report.asked()) {
            String silent = "%d of %d agents do not tell how they are"
                    .formatted(report.asked() - report.answered(), report.asked());
            return new Claim("Degraded", Truth.TRUE, "AgentsSilent", silent);
        }
        return new Claim("Degraded", Truth.FALSE, "AsWanted", "all agents serve");
    }

    private Claim sourceReachable() {
        if (!report.sourceFailures().isEmpty()) {
            String where = "requests to the source fail on " + names(report.sourceFailures());
            return new Claim("SourceReachable", Truth.FALSE, "RequestsFail", where);
        } else if (report.sourceAnswers()) {
            return new Claim("SourceReachable", Truth.TRUE, "Answers", "the source answers");
        } else if (!report.waiting().isEmpty()) {
            return new Claim("SourceReachable", Truth.FALSE, "AgentsWait", names(report.waiting()));
        }
        return new Claim("SourceReachable", Truth.UNKNOWN, "NotAsked", "no agent has told yet");
    }

    private Claim peersHealthy() {
        if (report.answered() == 0) {
            return new Claim("PeersHealthy", Truth.UNKNOWN, "NotAsked", "no agent has told yet");
        } else if (!report.failingPeers().isEmpty()) {
            String where = "peers are left alone by the agents of " + names(report.failingPeers());
            return new Claim("PeersHealthy", Truth.FALSE, "PeersFail", where);
        } else if (!report.lonely().isEmpty()) {
            String where = "not all members are known to the agents of " + names(report.lonely());
            return new Claim("PeersHealthy", Truth.FALSE, "MembersMissing", where);
        }
        return new Claim("PeersHealthy", Truth.TRUE, "AllKnown", "every agent knows every other");
    }

    private Claim diskPressure() {
        if (report.answered() == 0) {
            return new Claim("DiskPressure", Truth.UNKNOWN, "NotAsked", "no agent has told yet");
        }
        return report.diskTrouble().isEmpty()
                ? new Claim("DiskPressure", Truth.FALSE, "RoomLeft", "every disk tier takes blocks")
                : new Claim(
                        "DiskPressure",
                        Truth.TRUE,
                        "TierLimited",
                        "the disk tier is full, bypassed or without room on " + names(report.diskTrouble()));
    }

    private Claim refused(String type, Truth truth) {
        return new Claim(type, truth, "Refused", "the API server refuses, and is asked again: " + seen.refusal());
    }

    private String invalid() {
        return "the agents keep their last good configuration: " + String.join("; ", seen.problems());
    }

    private String withWaiting(String count) {
        List<String> all = new ArrayList<>(seen.troubles());
        // What an agent tells itself is newer than what Kubernetes tells of its last end.
        all.removeIf(trouble ->
                report.waiting().stream().anyMatch(waiting -> node(waiting).equals(node(trouble))));
        all.addAll(report.waiting());
        return all.isEmpty() ? count : count + ": " + names(all);
    }

    private static String node(String told) {
        return told.substring(0, told.indexOf(':'));
    }

    private static String names(List<String> all) {
        String shown = String.join("; ", all.subList(0, Math.min(SHOWN, all.size())));
        return all.size() > SHOWN ? shown + "; and " + (all.size() - SHOWN) + " more" : shown;
    }
}
