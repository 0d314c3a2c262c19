package io.blobcache.crd;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The schema as it is checked in: what the generator makes, with its two oddities mended. It takes each rule twice, from
 * the field and from the accessor of a record's component, and it sorts the columns by their paths.
 */
final class FinishedSchema {
    private FinishedSchema() {}

    static String of(Class<? extends CustomResource<?, ?>> type) {
        CustomResourceDefinition schema = generated(CustomResource.getCRDName(type));
        CustomResourceDefinitionVersion version = schema.getSpec().getVersions().getFirst();
        List<String> order = Arrays.stream(type.getAnnotationsByType(AdditionalPrinterColumn.class))
                .map(AdditionalPrinterColumn::name)
                .toList();
        version.getAdditionalPrinterColumns()
                .sort(Comparator.comparing(
                        CustomResourceColumnDefinition::getName, Comparator.comparingInt(order::indexOf)));
        finish(version.getSchema().getOpenAPIV3Schema());
        return "# Made from the types in crds/: change them, then run\n# " + GeneratedSchemaTest.WRITE + "\n"
                + Serialization.asYaml(schema);
    }

    private static void finish(JSONSchemaProps schema) {
        if (schema.getXKubernetesValidations() != null) {
            schema.setXKubernetesValidations(
                    schema.getXKubernetesValidations().stream().distinct().toList());
        }
        if (schema.getProperties() != null) {
            schema.getProperties().values().forEach(FinishedSchema::finish);
            JSONSchemaProps conditions = schema.getProperties().get("conditions");
            if (conditions != null) {
                conditions.setXKubernetesListType("map");
                conditions.setXKubernetesListMapKeys(List.of("type"));
            }
        }
        if (schema.getItems() != null) {
            finish(schema.getItems().getSchema());
        }
    }

    private static CustomResourceDefinition generated(String name) {
        String file = "/META-INF/fabric8/" + name + "-v1.yml";
        try (InputStream in = FinishedSchema.class.getResourceAsStream(file)) {
            // The generator says nothing if it finds no type.
            return Serialization.unmarshal(
                    Objects.requireNonNull(in, file + " was not generated"), CustomResourceDefinition.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every field below a schema by its path, such as {@code spec.disk.quotaBytes}. */
    static void fields(String path, JSONSchemaProps schema, Map<String, JSONSchemaProps> found) {
        found.put(path, schema);
        if (schema.getProperties() != null) {
            schema.getProperties()
                    .forEach((name, inner) -> fields(path.isEmpty() ? name : path + "." + name, inner, found));
        }
        if (schema.getItems() != null) {
            fields(path + "[]", schema.getItems().getSchema(), found);
        }
        if (schema.getAdditionalProperties() != null
                && schema.getAdditionalProperties().getSchema() != null) {
            fields(path + "{}", schema.getAdditionalProperties().getSchema(), found);
        }
    }
}
