package io.blobcache.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.blobcache.crd.cluster.TestNamespace;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The columns of {@code kubectl get}, as a real API server makes them of a status that is filled. */
class ColumnsTest {
    @RegisterExtension
    static final TestNamespace NAMESPACE = new TestNamespace("columns");

    @Test
    void everyColumnOfABlobCacheShowsItsValue() throws Exception {
        apply("""
                apiVersion: blobcache.io/v1alpha1
                kind: BlobCache
                metadata: {name: full}
                spec: {sources: [{url: "s3://bucket"}]}
                """);
        applyStatus("""
                apiVersion: blobcache.io/v1alpha1
                kind: BlobCache
                metadata: {name: full}
                status:
                  observedGeneration: 1
                  conditions:
                    - {type: Ready, status: "True", reason: AgentsServe, message: m, lastTransitionTime: "2026-01-01T00:00:00Z"}
                    - {type: Degraded, status: "False", reason: AsWanted, message: m, lastTransitionTime: "2026-01-01T00:00:00Z"}
                  nodes: {desired: 3, ready: 2, updated: 3, summary: 2/3}
                  tiers: {disk: {capacity: 30Gi, used: 1.20Gi}}
                  hitPercent: 97
                """);
        assertThat(columns("blobcaches", "full"))
                .containsEntry("Ready", "True")
                .containsEntry("Nodes", "2/3")
                .containsEntry("Used", "1.20Gi")
                .containsEntry("Capacity", "30Gi")
                .containsEntry("Hit%", "97")
                .containsEntry("Reason", "AgentsServe")
                .containsEntry("Source", "s3://bucket")
                .hasEntrySatisfying("Age", age -> assertThat(age).matches("\\d+s"))
                .hasSize(9);
    }

    @Test
    void everyColumnOfAWarmupShowsItsValue() throws Exception {
        apply("""
                apiVersion: blobcache.io/v1alpha1
                kind: BlobCacheWarmup
                metadata: {name: full}
                spec: {cacheName: models, paths: [llama]}
                """);
        applyStatus("""
                apiVersion: blobcache.io/v1alpha1
                kind: BlobCacheWarmup
                metadata: {name: full}
                status:
                  conditions:
                    - {type: Complete, status: "False", reason: Running, message: m, lastTransitionTime: "2026-01-01T00:00:00Z"}
                  progressPercent: 40
                  warmed: 12Gi
                  speed: 800Mi
                  failedFiles: 1
                  nextRun: "2020-01-01T00:00:00Z"
                """);
        assertThat(columns("blobcachewarmups", "full"))
                .containsEntry("Cache", "models")
                .containsEntry("Complete", "False")
                .containsEntry("Progress%", "40")
                .containsEntry("Warmed", "12Gi")
                .containsEntry("Speed", "800Mi")
                .containsEntry("Failed", "1")
                .hasEntrySatisfying("Next", next -> assertThat(next).isNotBlank())
                .hasEntrySatisfying("Age", age -> assertThat(age).matches("\\d+s"))
                .hasSize(9);
    }

    private static void apply(String yaml) {
        NAMESPACE
                .client()
                .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .inNamespace(NAMESPACE.name())
                .serverSideApply();
    }

    private static void applyStatus(String yaml) {
        HasMetadata filled = Serialization.unmarshal(yaml, HasMetadata.class);
        NAMESPACE
                .client()
                .resource(filled)
                .inNamespace(NAMESPACE.name())
                .subresource("status")
                .patch(PatchContext.of(PatchType.SERVER_SIDE_APPLY));
    }

    /** What kubectl would print, by the heads of the columns. */
    private static Map<String, String> columns(String plural, String name) throws Exception {
        KubernetesClient client = NAMESPACE.client();
        URI uri = client.getMasterUrl()
                .toURI()
                .resolve("/apis/blobcache.io/v1alpha1/namespaces/%s/%s/%s".formatted(NAMESPACE.name(), plural, name));
        String body = client.getHttpClient()
                .sendAsync(
                        client.getHttpClient()
                                .newHttpRequestBuilder()
                                .uri(uri)
                                .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
                                .build(),
                        String.class)
                .get(30, TimeUnit.SECONDS)
                .body();
        JsonNode table = new ObjectMapper().readTree(body);
        Map<String, String> columns = new TreeMap<>();
        for (int i = 0; i < table.get("columnDefinitions").size(); i++) {
            columns.put(
                    table.get("columnDefinitions").get(i).get("name").asText(),
                    table.get("rows").get(0).get("cells").get(i).asText());
        }
        return columns;
    }
}
