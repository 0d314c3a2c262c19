package io.blobcache.node.config;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The settings that a running agent does not take: whoever changes one of them has to start agents anew. */
public final class RestartSettings {
    private RestartSettings() {}

    /**
     * Each with its value as the file says it, or its default; {@code auto} stays what it is, on whatever machine this is
     * asked. Two files with equal ones differ in live settings only.
     *
     * @param name of the file, for what is told
     * @param text that {@link ConfigLoader#parse} takes
     */
    public static SortedMap<String, String> of(String name, String text) {
        SortedMap<String, String> settings = new TreeMap<>();
        try {
            collect(
                    AgentConfig.class,
                    "",
                    YamlReader.read(name, text.getBytes(StandardCharsets.UTF_8), ConfigLoader.FORM),
                    settings);
        } catch (IOException e) {
            throw new IllegalStateException("text in memory can always be read", e);
        }
        return settings;
    }

    private static void collect(
            Class<?> section, String prefix, @Nullable YamlNode node, SortedMap<String, String> settings) {
        Map<String, YamlNode> values = values(node);
        for (SettingField field : Settings.of(section)) {
            if (!field.setting().live()) {
                String key = field.component().getName();
                settings.put(prefix + key, text(field, values.get(key)));
            }
        }
        for (RecordComponent component : section.getRecordComponents()) {
            String key = component.getName();
            if (Settings.isSection(component.getType())) {
                collect(component.getType(), prefix + key + ".", values.get(key), settings);
            } else if (Settings.isList(component) && values.get(key) instanceof YamlNode.Sequence list) {
                List<YamlNode> items = list.items();
                for (int i = 0; i < items.size(); i++) {
                    collect(Settings.entryOf(component), "%s%s[%d].".formatted(prefix, key, i), items.get(i), settings);
                }
            }
        }
    }

    private static Map<String, YamlNode> values(@Nullable YamlNode node) {
        Map<String, YamlNode> values = new HashMap<>();
        if (node instanceof YamlNode.Mapping mapping) {
            mapping.entries().forEach(entry -> values.put(entry.key(), entry.value()));
        }
        return values;
    }

    /** 4Mi and 4MiB are the same value, and so are a default and what says the same. */
    private static String text(SettingField field, @Nullable YamlNode value) {
        String text = value instanceof YamlNode.Scalar scalar
                ? scalar.text()
                : field.setting().value();
        return text.equals("auto") ? text : field.format(field.parse(text));
    }
}
