package io.blobcache.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.blobcache.node.config.DiskConfig.Integrity;
import io.blobcache.node.config.FuseConfig.Transport;
import io.blobcache.node.model.BlockSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {
    @TempDir
    private Path directory;

    @Test
    void anEmptyFileIsTheDefault() throws IOException {
        assertThat(load("")).isEqualTo(AgentConfig.DEFAULT);
        assertThat(load("# nothing\n")).isEqualTo(AgentConfig.DEFAULT);
        assertThat(load("---\n")).isEqualTo(AgentConfig.DEFAULT);
    }

    @Test
    void everyKindOfValueIsUnderstood() throws IOException {
        AgentConfig config = load("""
                blockSize: 16MiB
                fuse:
                  transport: jnr
                  passthrough: false
                  readerThreads: 8
                  readAheadBytes: 262144
                  readDeadline: 90s
                disk:
                  quotaBytes: 2TiB
                  integrity: everyRead
                  scrubPeriod: 12h
                  highWatermarkPercent: 95
                memory: {budgetBytes: 96Mi, tierBytes: "0"}
                listing:
                """);

        assertThat(config.blockSize()).isEqualTo(new BlockSize(16 << 20));
        assertThat(config.fuse().transport()).isEqualTo(Transport.JNR);
        assertThat(config.fuse().passthrough()).isFalse();
        assertThat(config.fuse().readerThreads()).isEqualTo(8);
        assertThat(config.fuse().readAheadBytes()).isEqualTo(256 << 10);
        assertThat(config.fuse().readDeadline()).isEqualTo(Duration.ofSeconds(90));
        assertThat(config.disk().quotaBytes()).isEqualTo(2L << 40);
        assertThat(config.disk().integrity()).isEqualTo(Integrity.EVERY_READ);
        assertThat(config.disk().scrubPeriod()).isEqualTo(Duration.ofHours(12));
        assertThat(config.disk().highWatermarkPercent()).isEqualTo(95);
        assertThat(config.memory()).isEqualTo(new MemoryConfig(96L << 20, 0, false));
        assertThat(config.listing()).isEqualTo(ListingConfig.DEFAULT);
    }

    @Test
    void everythingThatIsWrongIsReportedAtOnce() throws IOException {
        assertThat(problems("""
                blockSize: 5MiB
                blokSize: 4MiB
                fuse:
                  readerThreads: 0
                  entryTimeout: 5
                  transport: kernal
                  maxBackground: 10
                disk:
                  quotaBytes: lots
                  highWaterMarkPercent: 80
                  lowWatermarkPercent: 95
                  writers: 2
                  writers: 3
                  enabled: "yes"
                source: fast
                listing:
                  ttl:
                windowBytes: 1MiB
                """))
                .containsExactly(
                        "line 1: blockSize must be 1MiB, 4MiB or 16MiB (default 4MiB), was: 5MiB",
                        "line 2: blokSize is unknown: did you mean blockSize?",
                        "line 4: fuse.readerThreads must be in [1, 64], was: 0",
                        "line 4: fuse.congestionThreshold must be at most fuse.maxBackground (10), was: 384",
                        "line 5: fuse.entryTimeout must be a duration such as 100ms, 5s, 10m, 2h or 7d (default 5s),"
                                + " was: 5",
                        "line 6: fuse.transport must be one of auto, kernel, jnr (default auto), was: kernal",
                        "line 9: disk.quotaBytes must be a number of bytes such as 4MiB, 64GiB or 4096 (default 0),"
                                + " was: lots",
                        "line 10: disk.highWaterMarkPercent is unknown: did you mean highWatermarkPercent?",
                        "line 11: disk.lowWatermarkPercent must be below disk.highWatermarkPercent (90), was: 95",
                        "line 13: disk.writers is already set in line 12: remove one",
                        "line 14: disk.enabled must be true or false (default true), was: yes",
                        "line 15: source must be a map of settings, was: fast",
                        "line 17: listing.ttl has no value: give one or remove the key (default 5s)",
                        "line 18: windowBytes is unknown: did you mean prefetch.windowBytes?");
    }

    @Test
    void aSourceIsAnEntryOfAList() throws IOException {
        assertThat(load("sources: [{url: 's3://b/p', endpoint: 'http://minio:9000', pathStyle: true}]")
                        .sources())
                .containsExactly(new DeclaredSource("s3://b/p", "http://minio:9000", "", true, "", "", ""));
        assertThat(load("sources:").sources()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sources: s3://b             | line 1: sources must be a list of maps, was: s3://b",
                "sources: [s3://b]           | line 1: sources[0] must be a map of settings, was: s3://b",
                "sources: [{region: x}]      | line 1: sources[0].url is missing: s3://BUCKET[/PREFIX]",
                "'sources: [{url: a}, {url: b, path: p}]' | line 1: sources[0].path is missing: each of several sources",
                "'sources: [{url: a, path: m}, {url: b, path: m}]' | sources[1].path must be neither that of sources[0] (m)",
                "'sources: [{url: a, path: m}, {url: b, path: m/x}]' | nor above or below it, was: \"m/x\"",
                "'sources: [{url: a, path: m/x}, {url: b, path: m}]' | sources[1].path must be neither that of sources[0] (m/x)",
                "'sources: [{url: a, path: ../x}]' | line 1: sources[0].path must be names joined by",
                "'sources: [{url: a, path: .blobcache}]' | sources[0].path must be names joined by",
                "'sources: [{url: a, path: /m}]' | sources[0].path must be names joined by",
                "'sources: [{url: a, path: m//x}]' | sources[0].path must be names joined by",
                "'sources: [{url: a, path: m/}]' | sources[0].path must be names joined by",
                "'sources: [{url: a, path: m/../x}]' | sources[0].path must be names joined by",
                "'sources: [{url: a, path: m n}]' | and without a '.' in front, such as models or data/images, was: \"m n\"",
                "'sources: [{url: a, uri: b}]'   | line 1: sources[0].uri is unknown: did you mean url?",
                "'sources: [{url: a, pathStyle: maybe}]' | sources[0].pathStyle must be true or false",
            })
    void whatIsWrongWithASourceIsNamedByItsPlace(String yaml, String problem) throws IOException {
        assertThat(problems(yaml)).anySatisfy(text -> assertThat(text).contains(problem));
    }

    @Test
    void aDerivedDefaultFollowsWhatTheFileSays() throws IOException {
        assertThat(load("memory: {budgetBytes: 64MiB}").memory().tierBytes()).isEqualTo(32L << 20);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "memory: {budgetBytes: 64MiB, tierBytes: 60MiB}|memory.tierBytes must leave 16MiB of"
                        + " memory.budgetBytes (64MiB), was: 60MiB",
                "source: {minBackoff: 6s}|source.maxBackoff must be at least source.minBackoff (6s), was: 5s",
                "disk: {quotaBytes: 1MiB}|disk.quotaBytes must be 0 or at least 64MiB, was: 1MiB",
                "fuse: {maxReadBytes: 4GiB}|fuse.maxReadBytes must be in [128KiB, 1MiB] (default 1MiB), was: 4GiB",
                "disk: {quotaBytes: 99999999TiB}|disk.quotaBytes must be a number of bytes such as 4MiB, 64GiB or"
                        + " 4096 (default 0), was: 99999999TiB",
                "admin: {port: 65536}|admin.port must be in [0, 65535], was: 65536",
                "admin: {port: -1}|admin.port must be in [0, 65535], was: -1",
                "fuse: {readerThreads: [1, 2]}|fuse.readerThreads must be a whole number (default 4), was: a list",
                "fuse: {readerThreads: {a: 1}}|fuse.readerThreads must be a whole number (default 4), was: a map",
                "colour: red|colour is unknown: known here are blockSize, mount, sources, fuse, memory, disk, prefetch, source,"
                        + " mesh, listing, admin, kubernetes",
            })
    void aRuleThatIsBrokenIsNamedWithItsValue(String yaml, String problem) throws IOException {
        assertThat(problems(yaml)).containsExactly("line 1: " + problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a: &x 1|b: *x|uses an alias (*x): write the value out",
                "fuse: {|passthrough: true|is not valid YAML",
                "- a|- b|must be a mapping of keys to values",
                "blockSize: 4MiB|--- {}|must hold one document",
                "a: {a: {a: {a: {a: {a: {a: {a: {a: 1}}}}}}}}||nests deeper than 8 levels",
                "a: [[[[[[[[[[1]]]]]]]]]]||nests deeper than 8 levels",
            })
    void whatIsNoConfigurationIsRefusedAsAWhole(String first, String second, String problem) throws IOException {
        List<String> problems = problems(first + "\n" + (second == null ? "" : second + "\n"));

        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst()).contains(problem).contains("agent.yaml").doesNotContain("\n");
    }

    @Test
    void aFileThatIsTooLargeIsNotParsed() throws IOException {
        assertThat(problems("# " + "x".repeat(1 << 20)).getFirst()).contains("is larger than 1MiB");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() throws IOException {
        Path file = Files.write(directory.resolve("agent.yaml"), "blockSize: \u00e4".getBytes(StandardCharsets.UTF_16));

        assertThat(refusal(file).problems().getFirst().text()).contains("is not UTF-8 text");
    }

    @Test
    void aHostileValueReachesNoTerminal() throws IOException {
        String problem = problems("admin:\n  port: \"\\e[31m\\n" + "x".repeat(5000) + "\"\n")
                .getFirst();

        assertThat(problem).doesNotContain("\u001b").doesNotContain("\n").hasSizeLessThan(500);
    }

    private AgentConfig load(String yaml) throws IOException {
        return ConfigLoader.load(Files.writeString(directory.resolve("agent.yaml"), yaml));
    }

    private List<String> problems(String yaml) throws IOException {
        return refusal(Files.writeString(directory.resolve("agent.yaml"), yaml)).problems().stream()
                .map(Problem::text)
                .toList();
    }

    private static InvalidConfigException refusal(Path file) {
        return catchThrowableOfType(InvalidConfigException.class, () -> ConfigLoader.load(file));
    }
}
