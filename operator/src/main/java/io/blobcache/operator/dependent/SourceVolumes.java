package io.blobcache.operator.dependent;

import io.blobcache.crd.SourceSpec;
import io.blobcache.operator.plan.Places;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The volumes that sources need: claims, and Secrets of sources with a path. Several sources may share one. */
final class SourceVolumes {
    /** For the owner alone: the agent is root in its container. */
    static final int SECRET_MODE = 0400;

    private SourceVolumes() {}

    /** By the path in the container where each is. */
    static Map<String, Volume> of(List<SourceSpec> sources) {
        Map<String, Volume> volumes = new LinkedHashMap<>();
        for (SourceSpec source : sources) {
            if (source.claimName() != null) {
                volumes.computeIfAbsent(
                        Places.volume(source),
                        _ -> new VolumeBuilder()
                                .withName(source.path() == null ? "source" : "source-" + volumes.size())
                                .withNewPersistentVolumeClaim(source.claimName(), true)
                                .build());
            }
            String secret = source.secretName();
            if (secret != null && source.path() != null) {
                volumes.computeIfAbsent(Places.credentials(secret), _ -> secret(volumes.size(), secret));
            }
        }
        return volumes;
    }

    /** The pod starts also without it: the agent says which source it lacks, and serves the others. */
    private static Volume secret(int number, String name) {
        return new VolumeBuilder()
                .withName("credentials-" + number)
                .withNewSecret()
                .withSecretName(name)
                .withDefaultMode(SECRET_MODE)
                .withOptional(true)
                .endSecret()
                .build();
    }
}
