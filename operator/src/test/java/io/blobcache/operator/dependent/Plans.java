package io.blobcache.operator.dependent;

import io.blobcache.crd.BlobCache;
import io.blobcache.crd.BlobCacheSpec;
import io.blobcache.operator.plan.Names;
import io.blobcache.operator.plan.Plan;
import io.blobcache.operator.settings.AgentImage;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;

/** Plans for tests. */
final class Plans {
    static final Names NAMES = new Names("team", "models");

    private Plans() {}

    /** @param fields of the spec beside its source, as lines of YAML */
    static Plan of(String fields) {
        return of("{url: \"s3://bucket\"}", fields);
    }

    static Plan of(String source, String fields) {
        return new Plan(
                NAMES,
                spec(source, fields),
                "agent file",
                "0123",
                "members",
                "warmups",
                new AgentImage("agent:1", List.of("registry")),
                true,
                List.of());
    }

    private static BlobCacheSpec spec(String source, String fields) {
        String yaml = "apiVersion: blobcache.io/v1alpha1\nkind: BlobCache\nspec:\n  sources: [" + source + "]\n"
                + fields.indent(2);
        return Serialization.unmarshal(yaml, BlobCache.class).getSpec();
    }
}
