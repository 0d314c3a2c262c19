package io.blobcache.e2e.cluster;

import io.blobcache.e2e.rig.Await;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** A pod without any privilege that reads what the agent of its node has mounted. */
record Consumer(Cluster cluster, String name) {
    static final String DIRECTORY = "/blobcache/models";

    private static final String READER = "reader";

    /** Runs until the scenario ends; waits in its init container for the mount. */
    static Consumer on(Cluster cluster, String node) {
        String name = "consumer-" + node;
        cluster.apply("consumer.yaml", Map.of("NAME", name, "NODE", node, "COMMAND", "exec sleep 100000"));
        return new Consumer(cluster, name);
    }

    void awaitRunning(Duration limit) {
        Await.until(name + " runs", limit, this::running);
    }

    boolean running() {
        return cluster.client()
                .pods()
                .inNamespace(cluster.namespace())
                .withName(name)
                .get()
                .getStatus()
                .getPhase()
                .equals("Running");
    }

    String run(String script) {
        return cluster.exec(name, READER, script);
    }

    /** SHA-256 of every file in the directory, by name. */
    Map<String, String> sha256() {
        Map<String, String> found = new TreeMap<>();
        run("cd %s && sha256sum *".formatted(DIRECTORY))
                .lines()
                .forEach(line -> found.put(line.substring(66), line.substring(0, 64)));
        return found;
    }

    /** FUSE mounts that the pod sees. */
    long mounts() {
        return run("grep -c ' - fuse.blobcache ' /proc/self/mountinfo || true")
                        .strip()
                        .equals("0")
                ? 0
                : 1;
    }
}
