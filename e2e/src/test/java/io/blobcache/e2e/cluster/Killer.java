package io.blobcache.e2e.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.Map;

/** Kills the agent of a pod with -9, from a pod that sees the processes of its node. */
final class Killer {
    /** The kernel hands a command's environment to root only; no other process has the pod's name in it. */
    private static final String KILL = """
            for process in /proc/[0-9]*; do
                if tr '\\0' '\\n' < $process/environ 2>/dev/null | grep -qx "POD_NAME=$POD"; then
                    kill -9 ${process#/proc/}
                fi
            done""";

    private Killer() {}

    static void kill(Cluster cluster, Pod agent) {
        cluster.apply("killer.yaml", Map.of("NODE", agent.getSpec().getNodeName()));
        cluster.awaitReady("killer", 1, Duration.ofMinutes(1));
        cluster.exec(
                "killer", "killer", "POD=%s%n%s".formatted(agent.getMetadata().getName(), KILL));
    }
}
