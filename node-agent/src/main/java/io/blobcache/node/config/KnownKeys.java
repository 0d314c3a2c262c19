package io.blobcache.node.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Finds the values of a mapping whose keys are known. */
public final class KnownKeys {
    private KnownKeys() {}

    /**
     * The values by their key. A key that is unknown, or said a second time, is a problem and has no value.
     *
     * @param prefix     of the mapping in the file, such as {@code disk.}; empty for the file itself
     * @param suggestion what the writer of an unknown key may have meant; it is given the key with its prefix
     */
    static Map<String, YamlNode> of(
            YamlNode.Mapping mapping,
            String prefix,
            List<String> known,
            UnaryOperator<String> suggestion,
            Consumer<Problem> problems) {
        Map<String, YamlNode> values = new HashMap<>();
        Map<String, Integer> first = new HashMap<>();
        for (YamlNode.Entry entry : mapping.entries()) {
            String key = prefix + entry.key();
            Integer before = first.putIfAbsent(entry.key(), entry.line());
            if (!known.contains(entry.key())) {
                problems.accept(new Problem(key, entry.line(), "is unknown: " + suggestion.apply(key), ""));
            } else if (before != null) {
                problems.accept(
                        new Problem(key, entry.line(), "is already set in line " + before + ": remove one", ""));
            } else {
                values.put(entry.key(), entry.value());
            }
        }
        return values;
    }

    /** The same, where the one known key that is nearest is suggested. */
    public static Map<String, YamlNode> of(
            YamlNode.Mapping mapping, String prefix, List<String> known, Consumer<Problem> problems) {
        return of(mapping, prefix, known, key -> Suggestion.among(key.substring(prefix.length()), known), problems);
    }
}
