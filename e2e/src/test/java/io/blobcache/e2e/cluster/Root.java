package io.blobcache.e2e.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Root on a node: a pod that sees the processes and the mounts of its node. */
record Root(Cluster cluster, String node) {
    /** The kernel hands a command's environment to root only; no other process has the pod's name in it. */
    private static final String KILL = """
            for process in /proc/[0-9]*; do
                if tr '\\0' '\\n' < $process/environ 2>/dev/null | grep -qx "POD_NAME=$POD"; then
                    kill -9 ${process#/proc/}
                fi
            done""";

    static Root on(Cluster cluster, String node) {
        cluster.apply("root.yaml", Map.of("NODE", node));
        cluster.awaitReady("root-" + node, 1, Duration.ofMinutes(3));
        return new Root(cluster, node);
    }

    static List<Root> onAll(Cluster cluster) {
        return cluster.nodes().stream().map(node -> on(cluster, node)).toList();
    }

    /** Kills what runs in a pod with -9: its first process is beyond the reach of signals of its own. */
    static void kill(Cluster cluster, Pod pod) {
        String name = pod.getMetadata().getName();
        on(cluster, pod.getSpec().getNodeName()).run("POD=%s%n%s".formatted(name, KILL));
    }

    String run(String script) {
        return cluster.exec("root-" + node, "root", script);
    }

    /** FUSE mounts of the node itself, below the directory of a namespace. */
    long mounts(String namespace) {
        return run("cat /proc/1/mountinfo")
                .lines()
                .filter(line -> line.contains(" - fuse.blobcache "))
                .filter(line -> line.contains("/var/lib/blobcache/mnt/" + namespace + "/"))
                .count();
    }
}
