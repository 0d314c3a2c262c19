package io.blobcache.e2e.cluster;

import io.blobcache.e2e.rig.Await;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The resource of {@code blobcache.yaml} with two of its settings, one of each kind, as a user sees it. */
record Cache(Cluster cluster) {
    /** Three agents that start at once on a busy machine. */
    static final Duration START_LIMIT = Duration.ofMinutes(3);

    private static final String NAME = "models";

    /**
     * Applies it anew or again.
     *
     * @param quota         of the disk tier: agents take another one live
     * @param readerThreads of the mount: another number restarts the agents
     */
    static Cache apply(Cluster cluster, String quota, int readerThreads) {
        cluster.apply("blobcache.yaml", Map.of("QUOTA", quota, "READER_THREADS", Integer.toString(readerThreads)));
        return new Cache(cluster);
    }

    Agents agents() {
        return Agents.of(cluster, NAME);
    }

    /** As {@code kubectl wait --for=condition=Ready}, for what was applied last. */
    void awaitReady() {
        Await.until(NAME + " is ready", START_LIMIT, () -> holds("Ready") && !holds("Progressing"));
    }

    void delete() {
        resource().delete();
    }

    /** Those that the operator made of it. */
    List<ConfigMap> configMaps() {
        return cluster.client()
                .configMaps()
                .inNamespace(cluster.namespace())
                .withLabel("app.kubernetes.io/instance", NAME)
                .list()
                .getItems();
    }

    boolean exists() {
        return resource().get() != null;
    }

    List<String> finalizers() {
        return resource().get().getMetadata().getFinalizers();
    }

    private boolean holds(String condition) {
        GenericKubernetesResource cache = resource().get();
        List<Map<String, Object>> conditions = cache.get("status", "conditions");
        return conditions != null
                && conditions.stream()
                        .anyMatch(told -> condition.equals(told.get("type"))
                                && "True".equals(told.get("status"))
                                && told.get("observedGeneration") instanceof Number seen
                                && seen.longValue() == cache.getMetadata().getGeneration());
    }

    private Resource<GenericKubernetesResource> resource() {
        NonNamespaceOperation<GenericKubernetesResource, ?, Resource<GenericKubernetesResource>> all = cluster.client()
                .genericKubernetesResources("blobcache.io/v1alpha1", "BlobCache")
                .inNamespace(cluster.namespace());
        return all.withName(NAME);
    }
}
