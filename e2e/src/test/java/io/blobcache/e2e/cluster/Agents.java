package io.blobcache.e2e.cluster;

import io.blobcache.e2e.rig.Await;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Agents on every node, as {@code agents.yaml} has them, without an operator: this class writes the members. */
record Agents(Cluster cluster) {
    static final String APP = "models-agent";

    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    /** Returns when all are ready and know each other. */
    static Agents start(Cluster cluster) {
        cluster.apply("agents-rbac.yaml", Map.of());
        deploy(cluster, "Bidirectional");
        Agents agents = new Agents(cluster);
        agents.awaitReady();
        agents.join();
        return agents;
    }

    /** @param propagation of the volume on which they mount */
    static void deploy(Cluster cluster, String propagation) {
        cluster.apply("agents.yaml", Map.of("PROPAGATION", propagation));
    }

    void awaitReady() {
        cluster.awaitReady(APP, cluster.nodes().size(), START_LIMIT);
    }

    List<Pod> pods() {
        return cluster.pods(APP);
    }

    /** Their containers as the kubelets see them; those that a pod has already. */
    Stream<ContainerStatus> containers() {
        return pods().stream().flatMap(pod -> pod.getStatus().getContainerStatuses().stream());
    }

    Pod on(String node) {
        return pods().stream()
                .filter(pod -> pod.getSpec().getNodeName().equals(node))
                .findFirst()
                .orElseThrow();
    }

    /** Tells all agents of each other, and waits until they have heard. @return how long the last one took */
    Duration join() {
        StringBuilder members = new StringBuilder("members:\n");
        for (Pod pod : pods()) {
            members.append("  - {id: %s, address: \"%s:7480\"}\n"
                    .formatted(pod.getSpec().getNodeName(), pod.getStatus().getPodIP()));
        }
        edit("models-members", "members.yaml", members.toString());
        return Await.until(
                "every agent knows every other",
                Duration.ofMinutes(3),
                () -> pods().stream().allMatch(pod -> metric(pod, "blobcache_mesh_members") == pods().size()));
    }

    /** Replaces one key of a ConfigMap. */
    void edit(String configMap, String key, String text) {
        cluster.client()
                .configMaps()
                .inNamespace(cluster.namespace())
                .withName(configMap)
                .edit(map -> {
                    map.getData().put(key, text);
                    return map;
                });
    }

    /** What {@code agent.yaml} says now. */
    String config() {
        ConfigMap map = cluster.client()
                .configMaps()
                .inNamespace(cluster.namespace())
                .withName("models-config")
                .get();
        return Objects.requireNonNull(map.getData().get("agent.yaml"));
    }

    /** A metric without labels or with any, summed over the agents. */
    long sum(String metric) {
        return pods().stream().mapToLong(pod -> metric(pod, metric)).sum();
    }

    long metric(Pod pod, String metric) {
        Matcher lines = Pattern.compile("(?m)^%s(?:\\{[^}]*})? (\\S+)$".formatted(metric))
                .matcher(cluster.agentPage(pod.getMetadata().getName(), "/metrics"));
        return lines.results()
                .mapToLong(line -> (long) Double.parseDouble(line.group(1)))
                .sum();
    }
}
