package io.blobcache.operator.plan;

import io.blobcache.crd.BlobCache;
import java.util.Map;

/**
 * How the objects of a resource are named and labelled. All begin with {@code blobcache-}, so that none meets an object of
 * somebody else's; the longest, with a resource's name of 50 characters, has 68 and those that have to be DNS labels 60.
 */
public record Names(String namespace, String name) {
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    public static final String OPERATOR = "blobcache-operator";
    public static final String INSTANCE = "app.kubernetes.io/instance";

    /** Of all that the operator makes. */
    public static final String SELECTOR = MANAGED_BY + "=" + OPERATOR;

    private static final String APP = "app.kubernetes.io/name";
    private static final String AGENT = "blobcache-agent";

    public static Names of(BlobCache cache) {
        return new Names(cache.getMetadata().getNamespace(), cache.getMetadata().getName());
    }

    /** Of DaemonSet, ServiceAccount, Role, Service and NetworkPolicy. */
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
