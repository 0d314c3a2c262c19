package io.blobcache.crd;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.config.AgentConfig;
import io.blobcache.node.config.Section;
import io.blobcache.node.config.Setting;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A setting of the agent is a field of the resource: same section, same key, same default. Or the operator sets it. */
class SectionsTest {
    /** What the operator says to an agent, and no resource: where things are in its pod, and what follows from other fields. */
    private static final Set<String> OPERATORS = Set.of(
            "mount.path",
            "mount.state",
            "mount.shared",
            "mount.warmups",
            "mesh.members",
            "mesh.self",
            "mesh.listen",
            "mesh.insecure",
            "mesh.tlsCertificate",
            "mesh.tlsKey",
            "mesh.tlsAuthorities",
            "mesh.tlsName",
            "mesh.bulkPort",
            "admin.host",
            "admin.port",
            "kubernetes.configMap",
            "kubernetes.membersConfigMap");

    @Test
    void everySettingOfTheAgentIsAFieldOrTheOperators() {
        Map<String, Setting> settings = settings();
        Map<String, JSONSchemaProps> fields = fields();
        settings.forEach((key, setting) -> {
            if (OPERATORS.contains(key)) {
                assertThat(fields).doesNotContainKey("spec." + key);
                return;
            }
            assertThat(fields).as("field for the agent's %s", key).containsKey("spec." + key);
            JSONSchemaProps field = Objects.requireNonNull(fields.get("spec." + key));
            assertThat(field.getDefault().asText())
                    .as("default of spec.%s", key)
                    .isEqualTo(setting.value());
            assertThat(field.getDescription()).as("description of spec.%s", key).startsWith(setting.meaning());
            assertThat(field.getDescription().contains("taken live"))
                    .as("spec.%s says whether it is live", key)
                    .isEqualTo(setting.live());
        });
        assertThat(settings).hasSizeGreaterThan(50).containsKeys(OPERATORS.toArray(String[]::new));
    }

    @Test
    void aSectionHasNoFieldThatTheAgentDoesNotKnow() {
        Set<String> keys = settings().keySet();
        for (String path : fields().keySet()) {
            String[] parts = path.split("\\.", -1);
            boolean inSection = parts.length == 3 && keys.stream().anyMatch(key -> key.startsWith(parts[1] + "."));
            if (parts[0].equals("spec") && inSection) {
                assertThat(keys).contains(parts[1] + "." + parts[2]);
            }
        }
    }

    private static Map<String, Setting> settings() {
        Map<String, Setting> settings = new TreeMap<>();
        for (RecordComponent component : AgentConfig.class.getRecordComponents()) {
            Class<?> type = component.getType();
            if (component.getAnnotation(Setting.class) != null) {
                settings.put(component.getName(), component.getAnnotation(Setting.class));
            } else if (type.isAnnotationPresent(Section.class)) {
                for (RecordComponent inner : type.getRecordComponents()) {
                    settings.put(component.getName() + "." + inner.getName(), inner.getAnnotation(Setting.class));
                }
            }
        }
        return settings;
    }

    private static Map<String, JSONSchemaProps> fields() {
        Map<String, JSONSchemaProps> fields = new TreeMap<>();
        CustomResourceDefinition schema =
                Serialization.unmarshal(FinishedSchema.of(BlobCache.class), CustomResourceDefinition.class);
        FinishedSchema.fields(
                "", schema.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema(), fields);
        return fields;
    }
}
