package io.blobcache.node.tidy;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A key exists once: record component = YAML key = heading in docs/configuration.md. */
final class ConfigurationKeys {
    static final String DOCUMENT = "docs/configuration.md";
    private static final Pattern HEADING = Pattern.compile("(?m)^### `([\\w.]+)`$");

    private ConfigurationKeys() {}

    /** Keys of a configuration record: a component that is a record of the same package is a section. */
    static Set<String> of(Class<? extends Record> type) {
        Set<String> keys = new TreeSet<>();
        collect(type, type.getPackage(), "", keys);
        return keys;
    }

    static List<Violation> differences(Set<String> keys, String document) {
        Set<String> documented = HEADING.matcher(document)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        List<Violation> violations = new ArrayList<>();
        for (String key : keys) {
            if (!documented.contains(key)) {
                violations.add(new Violation(DOCUMENT, 1, "missing: ### `" + key + "`"));
            }
        }
        for (MatchResult heading : HEADING.matcher(document).results().toList()) {
            if (!keys.contains(heading.group(1))) {
                int line =
                        1 + (int) document.substring(0, heading.start()).lines().count();
                violations.add(new Violation(DOCUMENT, line, "no such key: " + heading.group(1)));
            }
        }
        return violations;
    }

    private static void collect(Class<?> section, Package configuration, String prefix, Set<String> keys) {
        for (RecordComponent component : section.getRecordComponents()) {
            String key = prefix + component.getName();
            Class<?> type = entry(component);
            if (type.isRecord() && configuration.equals(type.getPackage())) {
                collect(type, configuration, key + ".", keys);
            } else {
                keys.add(key);
            }
        }
    }

    /** Of a list, what its entries are. */
    private static Class<?> entry(RecordComponent component) {
        return component.getGenericType() instanceof ParameterizedType list
                        && list.getActualTypeArguments()[0] instanceof Class<?> entry
                ? entry
                : component.getType();
    }
}
