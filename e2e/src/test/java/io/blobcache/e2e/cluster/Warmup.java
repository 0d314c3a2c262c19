package io.blobcache.e2e.cluster;

import io.blobcache.e2e.rig.Await;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The resource of {@code warmup.yaml}, as a user sees it. */
record Warmup(Cluster cluster, String name) {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** @param nodes Owners or All */
    static Warmup apply(Cluster cluster, String name, String path, String nodes, String bandwidth) {
        return apply(
                cluster, name, Map.of("PATHS", path, "NODES", nodes, "BANDWIDTH", bandwidth, "MORE", "suspend: false"));
    }

    /** At each full minute, on the owners, unless it is suspended. */
    static Warmup applyEachMinute(Cluster cluster, String name, String path, boolean suspend) {
        String schedule = "schedule: \"* * * * *\"\n  suspend: " + suspend;
        return apply(cluster, name, Map.of("PATHS", path, "NODES", "Owners", "BANDWIDTH", "0", "MORE", schedule));
    }

    private static Warmup apply(Cluster cluster, String name, Map<String, String> values) {
        Map<String, String> all = new HashMap<>(values);
        all.put("NAME", name);
        cluster.apply("warmup.yaml", all);
        return new Warmup(cluster, name);
    }

    /** As {@code kubectl wait --for=condition=}. */
    void await(String condition) {
        Await.until(name + " is " + condition, LIMIT, () -> holds(condition));
    }

    void awaitReason(String reason) {
        Await.until(
                name + " is " + reason,
                LIMIT,
                () -> conditions().stream().anyMatch(condition -> reason.equals(condition.get("reason"))));
    }

    void delete() {
        resource().delete();
    }

    boolean exists() {
        return resource().get() != null;
    }

    /** A number of the status; -1 if it is not told. */
    long count(String field) {
        return resource().get().get("status", field) instanceof Number told ? told.longValue() : -1;
    }

    String text(String field) {
        return String.valueOf(resource().get().<Object>get("status", field));
    }

    boolean holds(String type) {
        return conditions().stream()
                .anyMatch(condition -> type.equals(condition.get("type")) && "True".equals(condition.get("status")));
    }

    private List<Map<String, Object>> conditions() {
        List<Map<String, Object>> all = resource().get().get("status", "conditions");
        return all == null ? List.of() : all;
    }

    private Resource<GenericKubernetesResource> resource() {
        NonNamespaceOperation<GenericKubernetesResource, ?, Resource<GenericKubernetesResource>> all = cluster.client()
                .genericKubernetesResources("blobcache.io/v1alpha1", "BlobCacheWarmup")
                .inNamespace(cluster.namespace());
        return all.withName(name);
    }
}
