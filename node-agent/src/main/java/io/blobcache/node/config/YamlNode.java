package io.blobcache.node.config;

import java.util.List;

/** What a YAML file says, before anybody knows what it means; each piece with its 1-based line. */
public sealed interface YamlNode {

    int line();

    /** What stands there, in words for a person who expected something else: the text, "a map" or "a list". */
    default String shown() {
        return switch (this) {
            case Scalar scalar -> scalar.text();
            case Mapping _ -> "a map";
            case Sequence _ -> "a list";
        };
    }

    /** @param empty whether the file gives no value at all, as in {@code key:} */
    record Scalar(int line, String text, boolean empty) implements YamlNode {}

    /** Keys may appear twice: whoever binds them says so. */
    record Mapping(int line, List<Entry> entries) implements YamlNode {
        public Mapping {
            entries = List.copyOf(entries);
        }
    }

    /** In the order of the file. */
    record Sequence(int line, List<YamlNode> items) implements YamlNode {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /** One key with its value. */
    record Entry(String key, int line, YamlNode value) {}
}
