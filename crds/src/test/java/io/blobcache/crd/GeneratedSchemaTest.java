package io.blobcache.crd;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The schema that the chart installs is the one of the types, and leaves nothing without a bound. */
class GeneratedSchemaTest {
    static final String WRITE =
            "mvn -pl crds -am test -Dtest=GeneratedSchemaTest -Dsurefire.failIfNoSpecifiedTests=false -Dblobcache.crds=write";

    @ParameterizedTest
    @ValueSource(classes = {BlobCache.class, BlobCacheWarmup.class})
    void theSchemaThatIsCheckedInIsThatOfTheTypes(Class<? extends CustomResource<?, ?>> type) throws IOException {
        String made = FinishedSchema.of(type);
        Path file = CheckedIn.schema(type);
        if ("write".equals(System.getProperty("blobcache.crds"))) {
            Files.writeString(file, made);
        }
        assertThat(file).as("made by: %s", WRITE).exists();
        assertThat(Files.readString(file))
                .as("%s is out of date; run: %s", file.getFileName(), WRITE)
                .isEqualTo(made);
    }

    @ParameterizedTest
    @ValueSource(classes = {BlobCache.class, BlobCacheWarmup.class})
    void everyStringListAndMapHasABound(Class<? extends CustomResource<?, ?>> type) {
        Map<String, JSONSchemaProps> fields = new TreeMap<>();
        FinishedSchema.fields("", schema(type), fields);
        assertThat(fields).hasSizeGreaterThan(20);
        fields.forEach((path, field) -> {
            switch (String.valueOf(field.getType())) {
                case "string" ->
                    assertThat(field.getMaxLength() != null || field.getEnum() != null)
                            .as("%s has maxLength or enum", path)
                            .isTrue();
                case "array" ->
                    assertThat(field.getMaxItems()).as("maxItems of %s", path).isNotNull();
                case "object" ->
                    assertThat(field.getAdditionalProperties() == null || field.getMaxProperties() != null)
                            .as("maxProperties of %s", path)
                            .isTrue();
                default -> assertThat(field.getType()).as("type of %s", path).isNotNull();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(classes = {BlobCache.class, BlobCacheWarmup.class})
    void everyFieldOfASpecSaysWhatItMeans(Class<? extends CustomResource<?, ?>> type) {
        Map<String, JSONSchemaProps> fields = new TreeMap<>();
        FinishedSchema.fields("", schema(type), fields);
        fields.forEach((path, field) -> {
            if (path.startsWith("spec.") && !path.endsWith("[]") && !path.endsWith("{}")) {
                assertThat(field.getDescription()).as("description of %s", path).isNotBlank();
            }
        });
    }

    private static JSONSchemaProps schema(Class<? extends CustomResource<?, ?>> type) {
        return Serialization.unmarshal(FinishedSchema.of(type), CustomResourceDefinition.class)
                .getSpec()
                .getVersions()
                .getFirst()
                .getSchema()
                .getOpenAPIV3Schema();
    }
}
