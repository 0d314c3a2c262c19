package io.blobcache.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The reference of the configuration is made from the records; {@code -Dblobcache.docs=write} writes it anew. */
class ConfigurationDocTest {
    private static final Path FILE = Path.of("..", "docs", "configuration.md");

    @Test
    void theReferenceSaysWhatTheRecordsSay() throws IOException {
        String reference = reference();
        if ("write".equals(System.getProperty("blobcache.docs"))) {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, reference);
        }
        assertThat(FILE)
                .as("write it anew: mvn -pl node-agent test -Dtest=ConfigurationDocTest -Dblobcache.docs=write")
                .exists();
        assertThat(Files.readString(FILE)).isEqualTo(reference);
    }

    private static String reference() {
        StringBuilder text = new StringBuilder("""
                # Configuration

                <!-- Made from the records in node-agent/src/main/java/io/blobcache/node/config: change them, then run
                     mvn -pl node-agent test -Dtest=ConfigurationDocTest -Dblobcache.docs=write -->

                One YAML file, given with `--config FILE`. Every key may be left out: it then has its default. All
                problems of a file are reported at once, each with its line, its value and what to do.

                - `blobcache config` prints the effective configuration, complete and with reasons; its output is a
                  valid file.
                - `blobcache config --check FILE` only checks a file and names every problem (exit code 2).
                - **Live** settings are taken by a running agent a few seconds after the file changes. Others are
                  reported in the log as waiting for a restart. A bad file changes nothing: the last good one stays in
                  force.

                Values: bytes are written `4MiB`, `64GiB` (`KiB` to `TiB`, or `Ki` to `Ti`) or as a plain number;
                durations `100ms`, `5s`, `10m`, `2h`, `7d`; percentages are whole numbers.

                """);
        for (SettingField field : Settings.of(AgentConfig.class)) {
            setting(field, text);
        }
        for (RecordComponent component : AgentConfig.class.getRecordComponents()) {
            if (Settings.isSection(component.getType())) {
                Section section = Settings.section(component.getType());
                text.append("## `").append(section.key()).append("`\n\n");
                text.append(section.meaning()).append("\n\n");
                Settings.of(component.getType()).forEach(field -> setting(field, text));
            } else if (Settings.isList(component)) {
                Class<? extends Record> entry = Settings.entryOf(component);
                text.append("## `").append(component.getName()).append("`\n\n");
                text.append(Settings.section(entry).meaning()).append("\n\n");
                Settings.of(entry).forEach(field -> setting(field, text));
            }
        }
        return text.toString().stripTrailing() + "\n";
    }

    private static void setting(SettingField field, StringBuilder text) {
        text.append("### `").append(field.key()).append("`\n\n");
        text.append(field.setting().meaning()).append("\n\n");
        text.append(field.setting().required() ? "- Required: " : "- Default `" + field.defaultText() + "`: ");
        text.append(field.setting().reason()).append('\n');
        String expectation = field.expectation();
        text.append("- Value: ").append(expectation);
        text.append(field.bounded() ? ", " + field.range() : "").append('\n');
        text.append("- ")
                .append(field.setting().live() ? "Live" : "Needs a restart")
                .append("\n\n");
    }
}
