package io.blobcache.node.config;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.List;

/** Writes a complete configuration: as YAML that the loader reads back to the same records, or as JSON. */
public final class ConfigWriter {
    private static final int LINE_CHARACTERS = 100;

    private ConfigWriter() {}

    /** Every setting with its value; above it, as a comment, what it does and why its default is what it is. */
    public static void yaml(AgentConfig config, Appendable out) throws IOException {
        out.append("# The complete configuration of a blobcache agent. Every key may be left out.\n");
        fields(config, "", out);
        for (RecordComponent component : AgentConfig.class.getRecordComponents()) {
            if (Settings.isSection(component.getType())) {
                Section section = Settings.section(component.getType());
                out.append('\n');
                comment(section.meaning(), "", out);
                out.append(section.key()).append(":\n");
                fields((Record) Settings.valueOf(config, component), "  ", out);
            } else if (Settings.isList(component)) {
                list(component, entries(config, component), out);
            }
        }
    }

    private static void list(RecordComponent component, List<? extends Record> entries, Appendable out)
            throws IOException {
        Section section = Settings.section(Settings.entryOf(component));
        out.append('\n');
        comment(section.meaning(), "", out);
        out.append(section.key()).append(entries.isEmpty() ? ": []\n" : ":\n");
        if (entries.isEmpty()) {
            for (SettingField field : Settings.of(Settings.entryOf(component))) {
                comment(field.component().getName() + ": " + field.setting().meaning(), "", out);
            }
        }
        for (Record entry : entries) {
            out.append("  -\n");
            fields(entry, "    ", out);
        }
    }

    private static List<? extends Record> entries(AgentConfig config, RecordComponent component) {
        return ((List<?>) Settings.valueOf(config, component))
                .stream().map(Record.class::cast).toList();
    }

    /** The values only, one object; numbers of bytes and durations as in the YAML. */
    public static void json(AgentConfig config, Appendable out) throws IOException {
        out.append('{');
        jsonFields(config, "", out);
        for (RecordComponent component : AgentConfig.class.getRecordComponents()) {
            if (Settings.isSection(component.getType())) {
                out.append(",\n  \"").append(component.getName()).append("\": {");
                jsonFields((Record) Settings.valueOf(config, component), "  ", out);
                out.append("\n  }");
            } else if (Settings.isList(component)) {
                jsonList(component.getName(), entries(config, component), out);
            }
        }
        out.append("\n}\n");
    }

    private static void jsonList(String name, List<? extends Record> entries, Appendable out) throws IOException {
        out.append(",\n  \"").append(name).append("\": [");
        String separator = "";
        for (Record entry : entries) {
            out.append(separator).append("{");
            jsonFields(entry, "  ", out);
            out.append("\n  }");
            separator = ", ";
        }
        out.append("]");
    }

    private static void fields(Record section, String indent, Appendable out) throws IOException {
        for (SettingField field : Settings.of(section.getClass())) {
            out.append('\n');
            comment(field.setting().meaning(), indent, out);
            comment("Default " + field.defaultText() + ": " + field.setting().reason(), indent, out);
            out.append(indent).append(field.component().getName()).append(": ");
            out.append(field.format(Settings.valueOf(section, field.component())))
                    .append('\n');
        }
    }

    private static void comment(String text, String indent, Appendable out) throws IOException {
        int column = 0;
        for (String word : List.of(text.split(" ", -1))) {
            if (column == 0 || column + word.length() >= LINE_CHARACTERS) {
                out.append(column == 0 ? "" : "\n").append(indent).append("#");
                column = indent.length() + 1;
            }
            out.append(' ').append(word);
            column += word.length() + 1;
        }
        out.append('\n');
    }

    private static void jsonFields(Record section, String indent, Appendable out) throws IOException {
        String separator = "\n";
        for (SettingField field : Settings.of(section.getClass())) {
            String text = field.format(Settings.valueOf(section, field.component()));
            boolean bare = field.type() == ValueType.FLAG
                    || field.type() == ValueType.COUNT
                    || field.type() == ValueType.PERCENT
                    || field.type() == ValueType.TEXT; // Quoted already.
            out.append(separator).append(indent).append("  \"");
            out.append(field.component().getName()).append("\": ");
            out.append(bare ? text : "\"" + text + "\"");
            separator = ",\n";
        }
    }
}
