package io.blobcache.node.config;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Binds one YAML file to the records: the key is the name of the record component, a section is a map. A key that is
 * left out has its default. Whatever is wrong is collected and reported at once: unknown and repeated keys, values of
 * the wrong type or out of range, values that contradict each other.
 */
public final class ConfigLoader {
    /** A complete file with all comments has 12 KiB, two levels and some 50 values. */
    static final YamlForm FORM = new YamlForm("a configuration of blobcache", "blockSize: 4MiB", 1 << 20, 8, 10_000);

    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, Integer> lines = new HashMap<>();

    private ConfigLoader() {}

    /**
     * @throws InvalidConfigException with every problem of the file
     * @throws IOException if it cannot be read
     */
    public static AgentConfig load(Path file) throws IOException {
        return config(YamlReader.read(file, FORM));
    }

    /**
     * What an agent would make of a file with this text.
     *
     * @param name of the file, for what is told
     * @throws InvalidConfigException with every problem of the text
     */
    public static AgentConfig parse(String name, String text) {
        try {
            return config(YamlReader.read(name, text.getBytes(StandardCharsets.UTF_8), FORM));
        } catch (IOException e) {
            throw new IllegalStateException("text in memory can always be read", e);
        }
    }

    private static AgentConfig config(YamlNode.Mapping root) {
        ConfigLoader loader = new ConfigLoader();
        AgentConfig config = loader.bind(AgentConfig.class, root);
        if (!loader.problems.isEmpty()) {
            loader.problems.sort(Comparator.comparingInt(Problem::line));
            throw new InvalidConfigException(loader.problems);
        }
        return config;
    }

    private <R extends Record> R bind(Class<R> type, YamlNode.Mapping mapping) {
        Map<String, YamlNode> values = unique(type, mapping);
        RecordComponent[] components = type.getRecordComponents();
        R defaults = Settings.defaults(type);
        Object[] arguments = new Object[components.length];
        int scalar = 0;
        for (int i = 0; i < components.length; i++) {
            RecordComponent component = components[i];
            YamlNode value = values.get(component.getName());
            if (Settings.isList(component)) {
                arguments[i] = value == null ? List.of() : bindList(component, value);
                continue;
            }
            boolean section = Settings.isSection(component.getType());
            SettingField field = section ? null : Settings.of(type).get(scalar++);
            if (value == null) {
                if (field != null && field.setting().required()) {
                    problems.add(new Problem(
                            field.key(),
                            mapping.line(),
                            "is missing: " + field.setting().meaning(),
                            ""));
                }
                // The text of the default, not its value: a derived one may follow from what the file says.
                arguments[i] = field == null
                        ? Settings.valueOf(defaults, component)
                        : field.parse(field.setting().value());
            } else if (field == null) {
                arguments[i] = bindSection(component, value);
            } else {
                arguments[i] = bindScalar(field, value);
            }
        }
        return construct(type, arguments, defaults, mapping.line());
    }

    private List<Record> bindList(RecordComponent component, YamlNode value) {
        String key = component.getName();
        List<YamlNode> items = switch (value) {
            case YamlNode.Sequence sequence -> sequence.items();
            case YamlNode.Scalar scalar when scalar.empty() -> List.of();
            case YamlNode.Scalar _, YamlNode.Mapping _ -> {
                problems.add(new Problem(key, value.line(), "must be a list of maps", value.shown()));
                yield List.of();
            }
        };
        int before = problems.size();
        if (items.size() > DeclaredSource.MAX_SOURCES) {
            String rule = "must have at most %d entries: mount the others with another agent"
                    .formatted(DeclaredSource.MAX_SOURCES);
            problems.add(new Problem(key, value.line(), rule, items.size() + " entries"));
        }
        List<Record> bound = new ArrayList<>();
        for (YamlNode item : items) {
            bound.add(bindEntry(Settings.entryOf(component), key, key + "[" + bound.size() + "]", item));
        }
        // What holds between entries is no matter as long as one of them is wrong by itself.
        return problems.size() > before ? List.of() : bound;
    }

    /** An entry has problems and lines of its own: its keys are those of its neighbours. */
    private Record bindEntry(Class<? extends Record> type, String list, String entry, YamlNode item) {
        if (!(item instanceof YamlNode.Mapping mapping)) {
            problems.add(new Problem(entry, item.line(), "must be a map of settings", item.shown()));
            return Settings.defaults(type);
        }
        ConfigLoader own = new ConfigLoader();
        Record bound = own.bind(type, mapping);
        own.lines.forEach((key, line) -> lines.put(entry + key.substring(list.length()), line));
        lines.putIfAbsent(entry + ".path", mapping.line());
        for (Problem problem : own.problems) {
            problems.add(problem.at(entry + problem.key().substring(list.length()), problem.line()));
        }
        return bound;
    }

    private Record bindSection(RecordComponent component, YamlNode value) {
        Class<? extends Record> type = component.getType().asSubclass(Record.class);
        return switch (value) {
            case YamlNode.Mapping mapping -> bind(type, mapping);
            case YamlNode.Scalar scalar when scalar.empty() -> Settings.defaults(type);
            case YamlNode.Scalar _, YamlNode.Sequence _ -> wrongShape(component, value);
        };
    }

    private Record wrongShape(RecordComponent component, YamlNode value) {
        problems.add(new Problem(component.getName(), value.line(), "must be a map of settings", value.shown()));
        return Settings.defaults(component.getType().asSubclass(Record.class));
    }

    private Object bindScalar(SettingField field, YamlNode value) {
        lines.put(field.key(), value.line());
        String rule = "must be " + field.expectation();
        String was = "";
        switch (value) {
            case YamlNode.Mapping _ -> was = "a map";
            case YamlNode.Sequence _ -> was = "a list";
            case YamlNode.Scalar scalar when scalar.empty() -> rule = "has no value: give one or remove the key";
            case YamlNode.Scalar scalar -> {
                was = scalar.text();
                try {
                    return field.parse(was);
                } catch (InvalidConfigException e) {
                    throw new IllegalStateException("a single value cannot be refused by a section", e);
                } catch (IllegalArgumentException e) {
                    rule = e.getMessage() == null ? rule : ruleOf(field, e.getMessage());
                }
            }
        }
        problems.add(new Problem(field.key(), value.line(), withDefault(field, rule), was));
        return field.parse(field.setting().value());
    }

    /** A value type of the model names its key itself; here it is named once. */
    private static String ruleOf(SettingField field, String message) {
        return message.startsWith("must ") ? message : "must be " + field.expectation();
    }

    private static String withDefault(SettingField field, String rule) {
        return rule + " (default " + field.defaultText() + ")";
    }

    /** A rule between two values may point at one that the file leaves out: its line is then the section's. */
    private <R extends Record> R construct(Class<R> type, Object[] arguments, R defaults, int sectionLine) {
        try {
            return Settings.construct(type, arguments);
        } catch (InvalidConfigException e) {
            for (Problem problem : e.problems()) {
                problems.add(problem.atLine(lines.getOrDefault(problem.key(), sectionLine)));
            }
            return defaults;
        }
    }

    private Map<String, YamlNode> unique(Class<?> type, YamlNode.Mapping mapping) {
        String section = Settings.section(type).key();
        List<String> known = Settings.keys(type);
        String prefix = section.isEmpty() ? "" : section + ".";
        return KnownKeys.of(mapping, prefix, known, key -> Suggestion.of(key, known), problems::add);
    }
}
