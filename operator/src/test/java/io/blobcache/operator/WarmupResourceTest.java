package io.blobcache.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.crd.BlobCache;
import io.blobcache.crd.BlobCacheWarmup;
import io.blobcache.crd.StatusCondition;
import io.blobcache.operator.rig.Await;
import io.blobcache.operator.rig.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Warmups as a real API server has them, with the rights that the operator is installed with; of a cache without agents. */
class WarmupResourceTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @RegisterExtension
    static final OperatorUnderTest OPERATOR = new OperatorUnderTest("warmup-resource");

    @Test
    void aWarmupBelongsToItsCacheAndSaysWhatItWaitsFor() {
        apply("early", "paths: [a]", "schedule: \"0 6 * * *\"");
        apply("asleep", "paths: [a]", "suspend: true");
        awaitReason("early", "CacheMissing");
        OPERATOR.applyCache(
                "models", "sources: [{url: \"s3://bucket\"}]", "placement: {nodeSelector: {no: such-node}}");
        awaitReason("early", "Scheduled");
        awaitReason("asleep", "Suspended");
        apply("now", "paths: [a]");
        awaitReason("now", "WaitingForCache");
        BlobCache cache = OPERATOR.cache("models");
        assertThat(warmup("now").getMetadata().getOwnerReferences())
                .extracting(OwnerReference::getUid)
                .containsExactly(cache.getMetadata().getUid());
        assertThat(warmup("now").getMetadata().getFinalizers()).isEmpty();
        Await.until(
                "agents would be told of none",
                SOON,
                () -> OPERATOR.text("blobcache-models-config", "warmups.yaml").equals("warmups: []\n"));

        Await.until("nothing is written any more", Duration.ofMinutes(1), () -> {
            OPERATOR.writes().clear();
            return Await.passed(Duration.ofSeconds(15)) && OPERATOR.writes().isEmpty();
        });

        OPERATOR.client().resource(cache).delete();
        Await.until(
                "they go with their cache",
                SOON,
                () -> OPERATOR.client()
                        .resources(BlobCacheWarmup.class)
                        .inNamespace(OPERATOR.namespace())
                        .list()
                        .getItems()
                        .isEmpty());
    }

    private static void apply(String name, String... specLines) {
        StringBuilder yaml = new StringBuilder("apiVersion: blobcache.io/v1alpha1\nkind: BlobCacheWarmup\n"
                + "metadata: {name: %s}\nspec:\n  cacheName: models\n".formatted(name));
        List.of(specLines).forEach(line -> yaml.append("  ").append(line).append('\n'));
        OPERATOR.apply(yaml.toString());
    }

    private static BlobCacheWarmup warmup(String name) {
        return OPERATOR.client()
                .resources(BlobCacheWarmup.class)
                .inNamespace(OPERATOR.namespace())
                .withName(name)
                .require();
    }

    private static void awaitReason(String name, String reason) {
        Await.until(name + " says " + reason, SOON, () -> {
            BlobCacheWarmup warmup = warmup(name);
            List<StatusCondition> conditions =
                    warmup.getStatus() == null ? null : warmup.getStatus().conditions();
            return conditions != null
                    && conditions.stream()
                            .anyMatch(condition -> condition.reason().equals(reason));
        });
    }
}
