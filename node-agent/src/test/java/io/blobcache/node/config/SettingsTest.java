package io.blobcache.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsTest {
    @TempDir
    private Path directory;

    static List<SettingField> bounded() {
        return Settings.all().stream().filter(SettingField::bounded).toList();
    }

    @Test
    void theKeyOfASectionIsTheNameOfItsComponent() {
        for (RecordComponent component : AgentConfig.class.getRecordComponents()) {
            if (Settings.isSection(component.getType())) {
                assertThat(Settings.section(component.getType()).key()).isEqualTo(component.getName());
            }
        }
    }

    @Test
    void everySettingSaysWhatItDoesAndWhyItsDefaultIsWhatItIs() {
        assertThat(Settings.all()).hasSizeGreaterThan(30).allSatisfy(field -> {
            assertThat(field.setting().meaning())
                    .as(field.key())
                    .hasSizeGreaterThan(15)
                    .endsWith(".");
            assertThat(field.setting().reason())
                    .as(field.key())
                    .hasSizeGreaterThan(30)
                    .endsWith(".");
        });
    }

    /** A bound that is declared but not checked would be a promise that nobody keeps. */
    @ParameterizedTest
    @MethodSource("bounded")
    void aDeclaredBoundIsEnforced(SettingField field) throws IOException {
        if (!field.setting().min().equals("0") && !field.setting().min().equals("0s")) {
            assertRefused(field, field.type() == ValueType.DURATION ? "0s" : "0");
        }
        assertRefused(field, field.type() == ValueType.DURATION ? "99999d" : "9223372036854775");
    }

    private void assertRefused(SettingField field, String value) throws IOException {
        String[] path = field.key().split("\\.", 2);
        Path file = Files.writeString(directory.resolve("c.yaml"), "%s: {%s: %s}".formatted(path[0], path[1], value));
        assertThatExceptionOfType(InvalidConfigException.class)
                .isThrownBy(() -> ConfigLoader.load(file))
                .withMessageContaining(field.key() + " must be in [");
    }

    @Test
    void theEffectiveConfigurationReadsBackAsItself() throws IOException {
        assertRoundTrip(AgentConfig.DEFAULT);
        assertRoundTrip(ConfigLoader.load(Files.writeString(directory.resolve("other.yaml"), """
                blockSize: 1MiB
                fuse: {transport: kernel, readDeadline: 1500ms}
                memory: {tierBytes: 0}
                disk: {integrity: everyRead, quotaBytes: 123456789, ttl: 36h}
                mount: {path: /mnt/models, state: /var/state, shared: true}
                sources:
                  - {url: "s3://bucket/prefix", endpoint: "http://minio:9000", pathStyle: true}
                """)));
    }

    private void assertRoundTrip(AgentConfig config) throws IOException {
        StringBuilder yaml = new StringBuilder();
        ConfigWriter.yaml(config, yaml);
        assertThat(ConfigLoader.load(Files.writeString(directory.resolve("effective.yaml"), yaml)))
                .isEqualTo(config);
        assertThat(yaml.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(102));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "4MiB,4194304", "1GiB,1073741824", "64Ki,65536", "1TiB,1099511627776", "12B,12", "5 MiB,5242880"
    })
    void bytesAreReadAsPeopleWriteThem(String text, long bytes) {
        assertThat(Quantity.parseBytes(text)).isEqualTo(bytes);
        assertThat(Quantity.parseBytes(Quantity.bytes(bytes))).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "0s,0", "100ms,100", "5s,5000", "10m,600000", "2h,7200000", "7d,604800000"})
    void durationsAreReadAsPeopleWriteThem(String text, long millis) {
        assertThat(Quantity.parseDuration(text)).hasMillis(millis);
        assertThat(Quantity.parseDuration(Quantity.duration(Quantity.parseDuration(text))))
                .hasMillis(millis);
    }

    @ParameterizedTest
    @CsvSource({"''", "4MB", "-1", "1.5GiB", "MiB", "4 M i B", "9999999999TiB", "1e6"})
    void whatIsNoQuantityIsRefused(String text) {
        assertThatThrownBy(() -> Quantity.parseBytes(text)).isInstanceOf(NumberFormatException.class);
    }
}
