package io.blobcache.e2e.cluster;

import io.blobcache.e2e.rig.Await;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
        return apply(cluster, quota, readerThreads, "");
    }

    /** @param more a line of the spec, such as {@code placement: {...}} */
    static Cache apply(Cluster cluster, String quota, int readerThreads, String more) {
        cluster.apply(
                "blobcache.yaml",
                Map.of("QUOTA", quota, "READER_THREADS", Integer.toString(readerThreads), "MORE", more));
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

    /** The resource, its agents and their ConfigMaps. */
    void awaitGone(Duration limit) {
        Await.until(
                "resource, agents and their ConfigMaps are gone",
                limit,
                () -> !exists() && agents().pods().isEmpty() && configMaps().isEmpty());
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

    /** The list of members that the operator gives the agents. */
    String members() {
        ConfigMap map = cluster.client()
                .configMaps()
                .inNamespace(cluster.namespace())
                .withName("blobcache-" + NAME + "-members")
                .get();
        return map.getData().getOrDefault("members.yaml", "");
    }

    boolean exists() {
        return resource().get() != null;
    }

    List<String> finalizers() {
        return resource().get().getMetadata().getFinalizers();
    }

    /** As it is about what was applied last; empty until that is told. */
    Optional<Condition> condition(String type) {
        return Condition.of(resource().get(), type);
    }

    private boolean holds(String type) {
        return condition(type).filter(told -> told.status().equals("True")).isPresent();
    }

    private Resource<GenericKubernetesResource> resource() {
        NonNamespaceOperation<GenericKubernetesResource, ?, Resource<GenericKubernetesResource>> all = cluster.client()
                .genericKubernetesResources("blobcache.io/v1alpha1", "BlobCache")
                .inNamespace(cluster.namespace());
        return all.withName(NAME);
    }
}
