package io.blobcache.operator.plan;

import io.blobcache.crd.BlobCache;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;

/**
 * How the objects of a resource are named and labelled. All begin with {@code blobcache-}, so that none meets an object of
 * somebody else's; the longest, with a resource's name of 50 characters, has 68 and those that have to be DNS labels 60.
 */
public record Names(String namespace, String name) {
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    public static final String OPERATOR = "blobcache-operator";
    private static final String INSTANCE = "app.kubernetes.io/instance";

    /** Of all that the operator makes. */
    public static final String SELECTOR = MANAGED_BY + "=" + OPERATOR;

    /** What runs in a pod. */
    public static final String APP = "app.kubernetes.io/name";

    private static final String AGENT = "blobcache-agent";

    public static Names of(BlobCache cache) {
        return new Names(cache.getMetadata().getNamespace(), cache.getMetadata().getName());
    }

    /** Name of the resource that an object belongs to by its labels; empty if none is said. */
    public static String instance(HasMetadata object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(INSTANCE, "");
    }

    /** Of DaemonSet, ServiceAccount, Role, Service, NetworkPolicy and PodMonitor. */
    public String agents() {
        return "blobcache-" + name;
    }

    public String configMap() {
        return agents() + "-config";
    }

    public String membersMap() {
        return agents() + "-members";
    }

    /** By which pods are found; never changes. */
    public Map<String, String> selector() {
        return Map.of(APP, AGENT, INSTANCE, name);
    }

    public Map<String, String> labels() {
        return Map.of(APP, AGENT, INSTANCE, name, MANAGED_BY, OPERATOR, "app.kubernetes.io/part-of", "blobcache");
    }
}
