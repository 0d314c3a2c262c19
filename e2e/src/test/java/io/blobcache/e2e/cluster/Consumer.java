package io.blobcache.e2e.cluster;

import io.blobcache.e2e.rig.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A pod without any privilege that reads what the agent of its node has mounted. */
record Consumer(Cluster cluster, String name) {
    static final String DIRECTORY = "/blobcache/models";

    /** Three containers that start at once on a busy machine; no scenario is about this. */
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private static final String READER = "reader";

    /** One byte, as soon as there is a mount; then nothing, for as long as the scenario takes. */
    private static final String COMMAND =
            "head -c 1 %s/one > /dev/null && date +%%s%%3N > /tmp/first; exec sleep 100000".formatted(DIRECTORY);

    /** Runs until the scenario ends; waits in its init container for the mount. */
    static Consumer on(Cluster cluster, String node) {
        String name = "consumer-" + node;
        cluster.apply("consumer.yaml", Map.of("NAME", name, "NODE", node, "COMMAND", COMMAND));
        return new Consumer(cluster, name);
    }

    static List<Consumer> onAll(Cluster cluster) {
        return cluster.nodes().stream().map(node -> on(cluster, node)).toList();
    }

    void awaitRunning() {
        Await.until(name + " runs", START_LIMIT, this::running);
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

    /** As {@code kubectl drain} asks for it. */
    void evict() {
        cluster.client().pods().inNamespace(cluster.namespace()).withName(name).evict();
    }

    /** When it had read the first byte of the first file; by the clock of its node. */
    Instant firstByte() {
        Await.until(
                name + " has read a byte",
                Duration.ofMinutes(1),
                () -> run("ls /tmp").contains("first"));
        return Instant.ofEpochMilli(Long.parseLong(run("cat /tmp/first").strip()));
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

    String sha256(String file) {
        return run("sha256sum %s/%s".formatted(DIRECTORY, file)).substring(0, 64);
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
