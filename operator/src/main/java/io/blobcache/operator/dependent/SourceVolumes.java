package io.blobcache.operator.dependent;

import io.blobcache.crd.SourceSpec;
import io.blobcache.operator.plan.Places;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The volumes that sources need: claims and Secrets. Several sources may share one. */
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
            String credentials = Places.credentials(source);
            if (credentials != null) {
                volumes.computeIfAbsent(credentials, _ -> secret(volumes.size(), source));
            }
        }
        return volumes;
    }

    /** The pod starts also without it: the agent says which source it lacks, serves the others and takes it when it is there. */
    private static Volume secret(int number, SourceSpec source) {
        return new VolumeBuilder()
                .withName("credentials-" + number)
                .withNewSecret()
                .withSecretName(source.secretName())
                .withDefaultMode(SECRET_MODE)
                .withOptional(true)
                .endSecret()
                .build();
    }
}
