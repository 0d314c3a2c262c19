package io.blobcache.node.source.http;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.config.SourceConfig;
import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceAddress;
import io.blobcache.node.source.SourceContract;
import io.blobcache.node.source.SourceEntry;
import io.blobcache.node.source.request.FakeTime;
import io.blobcache.node.source.request.Faults;
import io.blobcache.node.source.request.FaultyServer;
import io.blobcache.node.source.request.Retry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestSourceTest extends SourceContract {
    private static final String SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private final FakeTime time = new FakeTime();
    private final FaultyServer server = newServer();
    private final Map<String, String> lines = new TreeMap<>();

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Override
    protected void put(String path, byte[] bytes) throws Exception {
        server.put("tree/" + path, bytes);
        lines.put(path, line(path, bytes.length, digest(bytes)));
        server.put(
                "tree/index.json",
                text("{\"made\":{\"by\":[1]},\"files\":[" + String.join(",", lines.values()) + "]}"));
    }

    @Override
    protected Source open() {
        SourceAddress.Http address = new SourceAddress.Http(server.uri("/tree/index.json"));
        SourceConfig config = SourceConfig.DEFAULT;
        SourceCounters counters = new SourceCounters();
        return new HttpSource(address, config, counters, new Retry(() -> config, counters, time, new Random(1)), time);
    }

    @Test
    void theManifestIsFetchedOnceAndThenAskedForByItsVersion() throws Exception {
        source.stat("a0");
        source.list("", "");
        assertThat(server.requests()).hasSize(1);
        time.advance(Duration.ofSeconds(6));
        source.stat("a0");
        assertThat(server.requests()).hasSize(2);
        assertThat(server.requests().getLast().header("If-None-Match")).isNotEmpty();

        put("new", text("new"));
        assertThatThrownBy(() -> source.stat("new")).isInstanceOf(BlobException.NotFound.class);
        time.advance(Duration.ofSeconds(6));
        assertThat(source.stat("new")).isInstanceOf(SourceEntry.File.class);
    }

    @Test
    void aFileThatChangesOnTheServerButNotInTheManifestDoesNotMix() throws Exception {
        byte[] old = new byte[3_000_017];
        new Random(42).nextBytes(old);
        Blob blob = blob(source, "large.bin");
        try (Arena arena = Arena.ofShared()) {
            MemorySegment into = arena.allocate(100);
            source.read(blob, 0, 100, into, _ -> {});
            old[2_000_000]++;
            server.put("tree/large.bin", old);
            assertThatThrownBy(() -> source.read(blob, 1_999_950, 100, into, _ -> {}))
                    .isInstanceOf(BlobException.Changed.class);
        }
    }

    @Test
    void aFileThatIsReadWholeMayHaveBeenCorrectedMeanwhile() throws Exception {
        Blob blob = blob(source, "a0");
        int length = (int) blob.lengthBytes();
        byte[] right = text("behind the directory");
        byte[] wrong = right.clone();
        wrong[0]++;
        try (Arena arena = Arena.ofShared()) {
            MemorySegment into = arena.allocate(length);
            server.put("tree/a0", wrong);
            source.read(blob, 0, length, into, _ -> {});
            server.put("tree/a0", right);

            source.read(blob, 0, length, into, _ -> {});

            assertThat(into.toArray(JAVA_BYTE)).isEqualTo(right);
        }
    }

    @Test
    void aFileOfAnotherLengthThanTheManifestSaysIsCorrupt() throws Exception {
        Blob blob = blob(source, "a0");
        server.put("tree/a0", text("much longer than the manifest says it is"));
        try (Arena arena = Arena.ofShared()) {
            MemorySegment into = arena.allocate(10);
            assertThatThrownBy(() -> source.read(blob, 0, 10, into, _ -> {})).isInstanceOf(BlobException.Corrupt.class);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "../secret | files[1].path must not hold '.', '..' or an empty segment, was: ../secret",
                "a/./b | files[1].path must not hold",
                "a//b | files[1].path must not hold",
                "a/ | files[1].path must not hold",
                "/etc/passwd | files[1].path must be relative",
                "a\\u0000b | files[1].path must not hold control characters",
                "\\ud800 | files[1].path must be valid Unicode",
                "'' | files[1].path must not be empty",
                "good | files[1].path must not appear twice",
                "good/below | files must not hold a file and a directory of one name, was: good"
            })
    void aHostilePathIsRefusedByName(String path, String message) {
        refused("[" + line("good", 1, SHA256) + "," + line(path, 1, SHA256) + "]", message);
    }

    @Test
    void wrongFieldsAreNamed() {
        refused("[" + line("good", -1, SHA256) + "]", "files[0].length must be a number of bytes from 0");
        refused(
                "[" + line("good", 1, "ABC") + "]",
                "files[0].sha256 must be 64 lower-case hexadecimal digits, was: ABC");
        refused("[{\"path\": 7}]", "files[0].path must be a string");
        refused("[{\"path\": \"x\", \"length\": 1e9}]", "files[0].length must be a number");
        refused("[[]]", "files[0] must be an object");
        refused("{}", "must be {\"files\"");
        refused("[" + "[".repeat(100), "files[0] must be an object");
        refused("[{\"x\": " + "[".repeat(100), "must be JSON of at most 64 MiB and 16 levels");
        refused("[{\"path\": \"" + "x".repeat(5_000) + "\"}]", "files[0].path must have at most 4096 bytes");
        refused("[{\"path\": \"" + "x".repeat(256) + "\"}]", "files[0].path must have segments of at most 255 bytes");
        refused("[{\"pa", "must be JSON");
    }

    @Test
    void aManifestBeyondItsLimitIsRefusedWithoutBeingHeld() {
        server.script((_, request, out) -> {
            byte[] much = text(" ".repeat(1 << 20));
            out.write(text("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"));
            for (int i = 0; i < 80; i++) {
                out.write(much);
            }
            assertThat(request.path()).isEqualTo("/tree/index.json");
        });
        try (Source fresh = open()) {
            assertThatThrownBy(fresh::check).isInstanceOf(BlobException.Corrupt.class);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void jsonIsAManifestByItsTypeToo() throws Exception {
        SourceAddress.Http address = new SourceAddress.Http(server.uri("/tree/manifest"));
        server.put("tree/manifest", text("{\"files\":[" + String.join(",", lines.values()) + "]}"));
        server.script(Faults.headers(Map.of("Content-Type", "application/json; charset=utf-8")));
        SourceConfig config = SourceConfig.DEFAULT;
        SourceCounters counters = new SourceCounters();
        Retry retry = new Retry(() -> config, counters, time, new Random(1));
        try (Source byType = new HttpSource(address, config, counters, retry, time)) {
            assertThat(paths(byType, "a")).hasSize(2);
        }
    }

    private void refused(String files, String message) {
        server.put("tree/index.json", text("{\"files\": " + files + "}"));
        try (Source fresh = open()) {
            assertThatThrownBy(fresh::check)
                    .isInstanceOf(BlobException.Corrupt.class)
                    .hasMessageContaining(message);
        }
    }

    private static String line(String path, long length, String sha256) {
        return "{\"path\":\"%s\",\"length\":%d,\"sha256\":\"%s\"}".formatted(path, length, sha256);
    }

    private static String digest(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static FaultyServer newServer() {
        try {
            return new FaultyServer();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
