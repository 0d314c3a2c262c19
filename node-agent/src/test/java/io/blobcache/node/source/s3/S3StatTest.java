package io.blobcache.node.source.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.config.SourceConfig;
import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceEntry;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a path is where a bucket may have a key and keys below it of one name, and what finding out costs. */
class S3StatTest {
    private static S3Server server;

    private final SourceCounters counters = new SourceCounters();
    private Source source;

    @BeforeAll
    static void start() throws Exception {
        server = S3Server.inMemory();
        server.client.createBucket(create -> create.bucket("data"));
        for (String key : new String[] {"both", "both/below", "file", "file.txt", "directory/below/deep"}) {
            server.put("data", "root/" + key, key.getBytes(StandardCharsets.UTF_8));
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void open() {
        source = TestBuckets.open(server.address("data", "root"), SourceConfig.DEFAULT, counters);
    }

    @AfterEach
    void close() {
        source.close();
    }

    @Test
    void aKeyAndKeysBelowItOfOneNameAreADirectory() throws BlobException {
        assertThat(source.stat("both")).isInstanceOf(SourceEntry.Directory.class);
        assertThat(requests()).as("HEAD and LIST").isEqualTo(2);
        assertThat(source.stat("both/below")).isInstanceOf(SourceEntry.File.class);
        assertThat(source.list("both", "").entries())
                .extracting(SourceEntry::path)
                .containsExactly("both/below");
    }

    @Test
    void aKeyWithNothingBelowItIsAFile() throws BlobException {
        assertThat(source.stat("file"))
                .isInstanceOfSatisfying(
                        SourceEntry.File.class,
                        file -> assertThat(file.lengthBytes()).isEqualTo(4));
        assertThat(requests()).as("HEAD and LIST").isEqualTo(2);
    }

    @Test
    void keysBelowAloneAreADirectoryAtAnyDepth() throws BlobException {
        assertThat(source.stat("directory")).isInstanceOf(SourceEntry.Directory.class);
        assertThat(source.stat("directory/below")).isInstanceOf(SourceEntry.Directory.class);
        assertThat(requests()).as("HEAD and LIST of each").isEqualTo(4);
    }

    @Test
    void aNameThatOthersOnlyBeginWithIsNothing() {
        assertThatThrownBy(() -> source.stat("fil")).isInstanceOf(BlobException.NotFound.class);
        assertThatThrownBy(() -> source.stat("direct")).isInstanceOf(BlobException.NotFound.class);
        assertThat(requests()).as("HEAD and LIST of each").isEqualTo(4);
    }

    @Test
    void theRootIsKnownWithoutAsking() throws BlobException {
        assertThat(source.stat("")).isInstanceOf(SourceEntry.Directory.class);
        assertThat(requests()).isZero();
    }

    private long requests() {
        return counters.requestsByCode().values().stream()
                .mapToLong(LongAdder::sum)
                .sum();
    }
}
