package io.blobcache.operator.dependent;

import io.blobcache.operator.plan.Places;
import io.blobcache.operator.plan.Plan;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The volumes of an agent's pod, and where its container has them. */
final class AgentVolumes {
    /** Of ConfigMaps: what Kubernetes fills in. */
    private static final int MODE = 0644;

    private AgentVolumes() {}

    static List<Volume> of(Plan plan) {
        List<Volume> volumes = new ArrayList<>();
        volumes.add(new VolumeBuilder()
                .withName("host")
                .withNewHostPath(Places.HOST, "DirectoryOrCreate")
                .build());
        volumes.add(configMap("config", plan.names().configMap()));
        volumes.add(configMap("members", plan.names().membersMap()));
        volumes.add(new VolumeBuilder()
                .withName("run")
                .withNewEmptyDir()
                .withMedium("Memory")
                .withSizeLimit(new Quantity("1Mi"))
                .endEmptyDir()
                .build());
        volumes.add(new VolumeBuilder()
                .withName("tmp")
                .withNewEmptyDir()
                .withSizeLimit(new Quantity("64Mi"))
                .endEmptyDir()
                .build());
        if (tlsSecret(plan) != null) {
            volumes.add(new VolumeBuilder()
                    .withName("tls")
                    .withNewSecret()
                    .withSecretName(tlsSecret(plan))
                    .withDefaultMode(SourceVolumes.SECRET_MODE)
                    .endSecret()
                    .build());
        }
        volumes.addAll(SourceVolumes.of(plan.spec().sources()).values());
        return volumes;
    }

    static List<VolumeMount> mounts(Plan plan) {
        List<VolumeMount> mounts = new ArrayList<>();
        mounts.add(new VolumeMountBuilder()
                .withName("host")
                .withMountPath(Places.HOST)
                .withMountPropagation("Bidirectional")
                .build());
        mounts.add(readOnly("config", Places.CONFIG));
        mounts.add(readOnly("members", Places.MEMBERS));
        mounts.add(mount("run", "/run/blobcache"));
        mounts.add(mount("tmp", "/tmp"));
        if (tlsSecret(plan) != null) {
            mounts.add(readOnly("tls", Places.TLS));
        }
        SourceVolumes.of(plan.spec().sources()).forEach((path, volume) -> mounts.add(readOnly(volume.getName(), path)));
        return mounts;
    }

    private static @Nullable String tlsSecret(Plan plan) {
        return plan.spec().peers() == null ? null : plan.spec().peers().tlsSecretName();
    }

    private static Volume configMap(String volume, String name) {
        return new VolumeBuilder()
                .withName(volume)
                .withNewConfigMap()
                .withName(name)
                .withDefaultMode(MODE)
                .endConfigMap()
                .build();
    }

    private static VolumeMount mount(String volume, String path) {
        return new VolumeMountBuilder().withName(volume).withMountPath(path).build();
    }

    private static VolumeMount readOnly(String volume, String path) {
        return new VolumeMountBuilder()
                .withName(volume)
                .withMountPath(path)
                .withReadOnly(true)
                .build();
    }
}
