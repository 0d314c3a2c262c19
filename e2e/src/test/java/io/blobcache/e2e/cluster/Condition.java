package io.blobcache.e2e.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A condition of a resource as a user sees it; one that is about an earlier generation is none. */
record Condition(String status, String reason, String message) {

    static Optional<Condition> of(GenericKubernetesResource resource, String type) {
        List<Map<String, Object>> all = resource.get("status", "conditions");
        return all == null
                ? Optional.empty()
                : all.stream()
                        .filter(told -> type.equals(told.get("type")))
                        .filter(told -> told.get("observedGeneration") instanceof Number seen
                                && seen.longValue() == resource.getMetadata().getGeneration())
                        .map(told -> new Condition(text(told, "status"), text(told, "reason"), text(told, "message")))
                        .findFirst();
    }

    private static String text(Map<String, Object> told, String key) {
        return String.valueOf(told.get(key));
    }
}
