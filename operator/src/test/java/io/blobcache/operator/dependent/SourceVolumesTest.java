package io.blobcache.operator.dependent;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.crd.BlobCache;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SourceVolumesTest {
    @Test
    void sourcesThatShareAClaimOrASecretShareItsVolume() {
        Map<String, Volume> volumes = volumes("""
                {url: "s3://a", path: a, secretName: keys}, {url: "s3://b", path: b, secretName: keys},
                {url: "dir:/x", path: c, claimName: claim}, {url: "dir:/y", path: d, claimName: claim},
                {url: "dir:/", path: e, claimName: another}""");

        assertThat(volumes).containsOnlyKeys("/etc/blobcache/credentials/keys", "/sources/claim", "/sources/another");
        assertThat(volumes.values()).extracting(Volume::getName).doesNotHaveDuplicates();
        assertThat(volumes).hasEntrySatisfying("/etc/blobcache/credentials/keys", volume -> {
            assertThat(volume.getSecret().getSecretName()).isEqualTo("keys");
            assertThat(volume.getSecret().getOptional())
                    .as("the other sources are served without it")
                    .isTrue();
        });
    }

    @Test
    void theOnlySourceHasItsSecretAsAnyOtherHas() {
        assertThat(volumes("{url: \"s3://a\", secretName: keys}"))
                .isEqualTo(volumes("{url: \"s3://a\", path: a, secretName: keys}"));
    }

    @Test
    void theOnlySourceHasItsClaimWhereItAlwaysWasAndNoSecretThatItHasNoUseFor() {
        assertThat(volumes("{url: \"dir:/\", claimName: claim, secretName: keys}"))
                .hasSize(1)
                .hasEntrySatisfying(
                        "/source", volume -> assertThat(volume.getName()).isEqualTo("source"));
    }

    private static Map<String, Volume> volumes(String sources) {
        String yaml = "apiVersion: blobcache.io/v1alpha1\nkind: BlobCache\nspec:\n  sources: ["
                + sources.strip().replace("\n", " ") + "]\n";
        return SourceVolumes.of(
                Serialization.unmarshal(yaml, BlobCache.class).getSpec().sources());
    }
}
