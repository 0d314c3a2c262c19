package io.blobcache.node.source.s3;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.config.SourceConfig;
import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlobId;
import io.blobcache.node.source.ListingPage;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceAddress;
import io.blobcache.node.source.SourceEntry;
import io.blobcache.node.source.request.Time;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3SourceTest {
    private static final int LENGTH = 5 << 20;

    @TempDir
    private static Path directory;

    private static S3Server server;
    private static byte[] content;

    private final SourceCounters counters = new SourceCounters();

    @BeforeAll
    static void start() throws Exception {
        server = new S3Server(directory);
        server.client.createBucket(create -> create.bucket("data"));
        server.client.createBucket(create -> create.bucket("empty"));
        content = new byte[LENGTH];
        new Random(42).nextBytes(content);
        server.put("data", "models/large.bin", content);
        server.put("data", "models/ünï cödé & <x>+%41.txt", bytes("odd"));
        server.put("data", "models/a/deep/leaf", bytes("leaf"));
        server.put("data", "models/a!", bytes("before the directory"));
        server.put("data", "models/a0", bytes("after the directory"));
        server.put("data", "models/empty", new byte[0]);
        server.put("data", "modelsother", bytes("not below the prefix"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aListingHoldsWhatIsBelowThePrefixInTheOrderOfItsKeys() throws Exception {
        try (Source source = open("data", "models")) {
            assertThat(source.name()).isEqualTo("s3://data/models");
            ListingPage page = source.list("", "");
            assertThat(page.last()).isTrue();
            assertThat(page.entries())
                    .extracting(SourceEntry::path)
                    .containsExactly("a!", "a", "a0", "empty", "large.bin", "ünï cödé & <x>+%41.txt");
            assertThat(page.entries().get(1)).isInstanceOf(SourceEntry.Directory.class);
        }
    }

    @Test
    void aFileHasTheSameVersionInAListingAndByItself() throws Exception {
        try (Source source = open("data", "models")) {
            for (SourceEntry entry : source.list("", "").entries()) {
                if (entry instanceof SourceEntry.File file) {
                    SourceEntry.File alone = (SourceEntry.File) source.stat(file.path());
                    assertThat(alone.version()).isEqualTo(file.version()).doesNotContain("\"");
                    assertThat(alone.lengthBytes()).isEqualTo(file.lengthBytes());
                }
            }
        }
    }

    @Test
    void directoriesAreFoundAndMissingPathsAreNot() throws Exception {
        try (Source source = open("data", "models")) {
            assertThat(source.stat("")).isInstanceOf(SourceEntry.Directory.class);
            assertThat(source.stat("a")).isInstanceOf(SourceEntry.Directory.class);
            assertThat(source.stat("a/deep")).isInstanceOf(SourceEntry.Directory.class);
            assertThat(source.list("a/deep", "").entries())
                    .extracting(SourceEntry::path)
                    .containsExactly("a/deep/leaf");
            assertThatThrownBy(() -> source.stat("missing")).isInstanceOf(BlobException.NotFound.class);
            assertThatThrownBy(() -> source.list("missing", "")).isInstanceOf(BlobException.NotFound.class);
        }
    }

    @Test
    void everyRangeHasTheRightBytesAndProgressEndsAtTheLength() throws Exception {
        try (Source source = open("data", "models");
                Arena arena = Arena.ofConfined()) {
            Blob blob = blob(source, "large.bin");
            MemorySegment into = arena.allocate(LENGTH);
            List<Integer> told = new ArrayList<>();
            source.read(blob, 0, LENGTH, into, told::add);
            assertThat(sha256(into.toArray(JAVA_BYTE))).isEqualTo(sha256(content));
            assertThat(told).isSorted().endsWith(LENGTH);

            source.read(blob, 4 << 20, 1 << 20, into, _ -> {});
            assertThat(into.asSlice(0, 1 << 20).toArray(JAVA_BYTE))
                    .isEqualTo(java.util.Arrays.copyOfRange(content, 4 << 20, 5 << 20));
            assertThat(counters.readBytes.sum()).isEqualTo(LENGTH + (1 << 20));
            assertThat(counters.retries.sum()).isZero();
        }
    }

    @Test
    void anObjectThatWasReplacedIsChangedAndNothingOfItIsWritten() throws Exception {
        server.put("data", "models/volatile", bytes("one version"));
        try (Source source = open("data", "models");
                Arena arena = Arena.ofConfined()) {
            Blob blob = blob(source, "volatile");
            server.put("data", "models/volatile", bytes("two version"));
            MemorySegment into = arena.allocate(11);
            assertThatThrownBy(() -> source.read(blob, 0, 11, into, _ -> {})).isInstanceOf(BlobException.Changed.class);
            assertThat(into.toArray(JAVA_BYTE)).containsOnly(0);
        } finally {
            server.client.deleteObject(delete -> delete.bucket("data").key("models/volatile"));
        }
    }

    @Test
    void aLongDirectoryComesInPages() throws Exception {
        Path many = Files.createDirectories(directory.resolve("many/d"));
        for (int i = 0; i < 1010; i++) {
            Files.write(many.resolve("%04d".formatted(i)), bytes("x"));
        }
        try (Source source = open("many", "")) {
            List<String> paths = new ArrayList<>();
            int pages = 0;
            String token = "";
            do {
                ListingPage page = source.list("d", token);
                page.entries().forEach(entry -> paths.add(entry.path()));
                token = page.nextToken();
                pages++;
            } while (!token.isEmpty());
            assertThat(pages).isEqualTo(2);
            assertThat(paths).hasSize(1010).doesNotHaveDuplicates().isSorted();
            assertThat(source.listTree("", "").entries()).hasSize(1000);
        }
    }

    @Test
    void aCheckSaysWhatIsWrongAndWhatToDo() throws Exception {
        try (Source source = open("data", "models")) {
            source.check();
        }
        try (Source source = open("empty", "")) {
            source.check();
        }
        assertThatThrownBy(() -> check("data", "typo"))
                .isInstanceOf(BlobException.NotFound.class)
                .hasMessageContaining("s3://data/typo")
                .hasMessageContaining("check it");
        assertThatThrownBy(() -> check("nobucket", ""))
                .isInstanceOf(BlobException.NotFound.class)
                .hasMessageContaining("no such bucket: check its name and the endpoint");
    }

    @Test
    void wrongKeysAreDeniedWithoutBeingShown() throws Exception {
        try (Source source = open(server.address("data", ""), "canary-wrong-key")) {
            assertThatThrownBy(source::check)
                    .isInstanceOf(BlobException.Denied.class)
                    .hasMessageContaining("check AWS_SECRET_ACCESS_KEY")
                    .hasMessageNotContaining("canary");
        }
    }

    private void check(String bucket, String prefix) throws BlobException {
        try (Source source = open(bucket, prefix)) {
            source.check();
        }
    }

    private Source open(String bucket, String prefix) {
        return open(server.address(bucket, prefix), TestBuckets.SECRET_KEY);
    }

    private Source open(SourceAddress.S3 address, String secretKey) {
        return TestBuckets.open(address, SourceConfig.DEFAULT, counters, Time.SYSTEM, secretKey);
    }

    private static Blob blob(Source source, String path) throws BlobException {
        SourceEntry.File file = (SourceEntry.File) source.stat(path);
        return new Blob(BlobId.ofSource(source.name(), path, file.version()), path, file.version(), file.lengthBytes());
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
