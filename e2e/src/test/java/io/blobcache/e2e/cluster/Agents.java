package io.blobcache.e2e.cluster;

import io.blobcache.e2e.rig.Await;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Agents on every node: those of {@code agents.yaml}, without an operator, whose members this class writes; or those that an
 * operator made.
 *
 * @param labels of their pods
 */
record Agents(Cluster cluster, Map<String, String> labels) {
    static final String APP = "models-agent";

    /** Of an agent's endpoint. */
    static final int PORT = 9464;

    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    /** Those of {@code agents.yaml}. */
    Agents(Cluster cluster) {
        this(cluster, Map.of("app", APP));
    }

    /** Returns when all are ready and know each other. */
    static Agents start(Cluster cluster) {
        cluster.apply("agents-rbac.yaml", Map.of());
        deploy(cluster, "Bidirectional");
        Agents agents = new Agents(cluster);
        agents.awaitReady();
        agents.join();
        return agents;
    }

    /** Those that an operator makes of a resource, whether it has or not. */
    static Agents of(Cluster cluster, String resource) {
        return new Agents(
                cluster, Map.of("app.kubernetes.io/name", "blobcache-agent", "app.kubernetes.io/instance", resource));
    }

    /** @param propagation of the volume on which they mount */
    static void deploy(Cluster cluster, String propagation) {
        cluster.apply("agents.yaml", Map.of("PROPAGATION", propagation));
    }

    void awaitReady() {
        cluster.awaitReady(labels, cluster.nodes().size(), START_LIMIT);
    }

    List<Pod> pods() {
        return cluster.pods(labels);
    }

    Set<String> names() {
        return pods().stream().map(pod -> pod.getMetadata().getName()).collect(Collectors.toSet());
    }

    /** Which pods there are and how often their containers were started: the same as long as none is replaced or restarted. */
    Set<String> lives() {
        return pods().stream()
                .map(pod -> pod.getMetadata().getUid() + " "
                        + pod.getStatus().getContainerStatuses().stream()
                                .map(ContainerStatus::getRestartCount)
                                .toList())
                .collect(Collectors.toSet());
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
        return awaitJoined();
    }

    /** @return how long it took */
    Duration awaitJoined() {
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

    /** Bytes that the disk tier of an agent may hold now: its quota, where the disk has room for it. */
    long diskCapacity(Pod pod) {
        return metric(pod, "blobcache_tier_capacity_bytes\\{tier=\"disk\"}");
    }

    /** A metric without labels or with any, summed over the agents. */
    long sum(String metric) {
        return pods().stream().mapToLong(pod -> metric(pod, metric)).sum();
    }

    /** Of an agent's endpoint. */
    String page(Pod pod, String path) {
        return cluster.page(pod.getMetadata().getName(), PORT, path);
    }

    long metric(Pod pod, String metric) {
        Matcher lines = Pattern.compile("(?m)^%s(?:\\{[^}]*})? (\\S+)$".formatted(metric))
                .matcher(page(pod, "/metrics"));
        return lines.results()
                .mapToLong(line -> (long) Double.parseDouble(line.group(1)))
                .sum();
    }
}
