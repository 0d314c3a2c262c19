package io.blobcache.crd;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A rule that no example breaks is a rule of which nobody knows whether it holds, and whether its words are understood. */
class RulesTest {
    @ParameterizedTest
    @ValueSource(classes = {BlobCache.class, BlobCacheWarmup.class})
    void everyRuleIsBrokenByAnExample(Class<? extends CustomResource<?, ?>> type) throws IOException {
        List<String> atOnce = expected("invalid");
        List<String> asChange = expected("changed");
        List<ValidationRule> rules = rules(type);
        assertThat(rules).isNotEmpty().allSatisfy(rule -> {
            List<String> examples = rule.getRule().contains("oldSelf") ? asChange : atOnce;
            assertThat(examples)
                    .as("an example of: %s", rule.getMessage())
                    .anyMatch(example -> rule.getMessage().startsWith(example));
        });
    }

    private static List<String> expected(String directory) throws IOException {
        List<String> all = new ArrayList<>();
        for (Path file : Fixtures.of(directory)) {
            all.add(Fixtures.expected(file));
        }
        return all;
    }

    private static List<ValidationRule> rules(Class<? extends CustomResource<?, ?>> type) {
        CustomResourceDefinition definition =
                Serialization.unmarshal(FinishedSchema.of(type), CustomResourceDefinition.class);
        Map<String, JSONSchemaProps> fields = new TreeMap<>();
        FinishedSchema.fields(
                "", definition.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema(), fields);
        return fields.values().stream()
                .flatMap(field -> field.getXKubernetesValidations().stream())
                .toList();
    }
}
