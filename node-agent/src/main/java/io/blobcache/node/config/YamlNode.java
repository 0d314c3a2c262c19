package io.blobcache.node.config;

import java.util.List;

/** What a configuration file says, before anybody knows what it means; each piece with its 1-based line. */
sealed interface YamlNode {

    int line();

    /** @param empty whether the file gives no value at all, as in {@code key:} */
    record Scalar(int line, String text, boolean empty) implements YamlNode {}

    /** Keys may appear twice: whoever binds them says so. */
    record Mapping(int line, List<Entry> entries) implements YamlNode {
        public Mapping {
            entries = List.copyOf(entries);
        }
    }

    record Sequence(int line) implements YamlNode {}

    record Entry(String key, int line, YamlNode value) {}
}
