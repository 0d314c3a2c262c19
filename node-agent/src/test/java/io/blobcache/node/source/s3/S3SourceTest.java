package io.blobcache.node.source.s3;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.config.SourceConfig;
import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.ListingPage;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceAddress;
import io.blobcache.node.source.SourceContract;
import io.blobcache.node.source.SourceEntry;
import io.blobcache.node.source.request.Time;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3SourceTest extends SourceContract {
    @TempDir
    private static Path directory;

    private static S3Server server;

    private final SourceCounters counters = new SourceCounters();

    @BeforeAll
    static void start() throws Exception {
        server = new S3Server(directory);
        server.client.createBucket(create -> create.bucket("data"));
        server.client.createBucket(create -> create.bucket("empty"));
        server.put("data", "modelsother", text("not below the prefix"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    protected void put(String path, byte[] bytes) {
        server.put("data", "models/" + path, bytes);
    }

    @Override
    protected Source open() {
        return open("data", "models");
    }

    @AfterEach
    void removeLeftovers() {
        server.client.deleteObject(delete -> delete.bucket("data").key("models/volatile"));
    }

    @Test
    void namesThatXmlWouldBreakAreListedAndRead() throws Exception {
        String odd = "<x> & \"y\" 'z' +%41;*~=:@!$,()[]ünï\u0001";
        put("odd/" + odd, text("odd"));
        assertThat(paths(source, "odd")).containsExactly("odd/" + odd);
        Blob blob = blob(source, "odd/" + odd);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(3);
            // The server checks the signature, which covers the name as it stands in the URL.
            source.read(blob, 0, 3, into, _ -> {});
            assertThat(into.toArray(JAVA_BYTE)).isEqualTo(text("odd"));
        }
        server.client.deleteObject(delete -> delete.bucket("data").key("models/odd/" + odd));
    }

    @Test
    void aVersionIsTheETagWithoutQuotes() throws Exception {
        assertThat(((SourceEntry.File) source.stat("empty")).version()).isEqualTo("d41d8cd98f00b204e9800998ecf8427e");
    }

    @Test
    void aDirectoryMarkerIsADirectoryAndNoFile() throws Exception {
        put("marked/", new byte[0]);
        assertThat(source.stat("marked")).isInstanceOf(SourceEntry.Directory.class);
        assertThat(paths(source, "marked")).isEmpty();
        assertThat(paths(source, "")).contains("marked");
        server.client.deleteObject(delete -> delete.bucket("data").key("models/marked/"));
    }

    @Test
    void aLongDirectoryComesInPages() throws Exception {
        Path many = Files.createDirectories(directory.resolve("many/d"));
        for (int i = 0; i < 1010; i++) {
            Files.write(many.resolve("%04d".formatted(i)), text("x"));
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
}
