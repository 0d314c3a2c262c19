package io.blobcache.crd;

import io.fabric8.kubernetes.client.CustomResource;
import java.nio.file.Path;
import java.util.List;

/** Where the schema is that the chart installs. */
public final class CheckedIn {
    /** Surefire runs in the module; the project is around it. */
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private CheckedIn() {}

    public static List<Path> schemas() {
        return List.of(schema(BlobCache.class), schema(BlobCacheWarmup.class));
    }

    static Path schema(Class<? extends CustomResource<?, ?>> type) {
        return ROOT.resolve("helm/blobcache/files/crds/" + CustomResource.getCRDName(type) + "-v1.yml");
    }
}
