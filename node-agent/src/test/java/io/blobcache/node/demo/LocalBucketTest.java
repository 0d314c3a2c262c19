package io.blobcache.node.demo;

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
import io.blobcache.node.source.SourceEntry;
import io.blobcache.node.source.s3.TestBuckets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LocalBucketTest {
    private static final int LARGE = (9 << 20) + 17;

    @Test
    void itsContentsAreReadInRangesAndMatchTheirDigests() throws Exception {
        try (LocalBucket bucket = LocalBucket.start("demo", Map.of("a/large", (long) LARGE, "a/empty", 0L), 7);
                Source source = open(bucket);
                Arena arena = Arena.ofConfined()) {
            Blob blob = blob(source, "a/large");
            assertThat(blob.lengthBytes()).isEqualTo(LARGE);
            MemorySegment into = arena.allocate(LARGE);
            for (int offset = 0; offset < LARGE; offset += 1_000_003) {
                int length = Math.min(1_000_003, LARGE - offset);
                source.read(blob, offset, length, into.asSlice(offset, length), _ -> {});
            }
            String read = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(into.toArray(JAVA_BYTE)));
            assertThat(read).isEqualTo(bucket.sha256("a/large"));
            assertThat(blob(source, "a/empty").lengthBytes()).isZero();
            assertThatThrownBy(() -> source.stat("a/none")).isInstanceOf(BlobException.NotFound.class);
        }
    }

    @Test
    void equalSeedsGiveEqualContentsAndEveryMebibyteIsDifferent() throws Exception {
        try (LocalBucket one = LocalBucket.start("demo", Map.of("k", 3L << 20), 1);
                LocalBucket same = LocalBucket.start("demo", Map.of("k", 3L << 20), 1);
                LocalBucket other = LocalBucket.start("demo", Map.of("k", 3L << 20), 2);
                Source source = open(one);
                Arena arena = Arena.ofConfined()) {
            assertThat(one.sha256("k")).isEqualTo(same.sha256("k")).isNotEqualTo(other.sha256("k"));
            MemorySegment into = arena.allocate(2 << 20);
            source.read(blob(source, "k"), 0, 2 << 20, into, _ -> {});
            assertThat(into.asSlice(0, 1 << 20).mismatch(into.asSlice(1 << 20))).isNotNegative();
        }
    }

    @Test
    void directoriesOfManyKeysAreListedInPagesWithoutALoss() throws Exception {
        Map<String, Long> lengths = new TreeMap<>();
        for (int i = 0; i < 2500; i++) {
            lengths.put("d/%05d".formatted(i), (long) i);
            lengths.put("groups/%05d/leaf".formatted(i), 1L);
        }
        lengths.put("a b+c&<d>", 1L);
        try (LocalBucket bucket = LocalBucket.start("demo", lengths, 1);
                Source source = open(bucket)) {
            assertThat(paths(source, "d")).hasSize(2500).isSorted().doesNotHaveDuplicates();
            assertThat(paths(source, "groups")).hasSize(2500).isSorted().doesNotHaveDuplicates();
            assertThat(paths(source, "")).containsExactly("a b+c&<d>", "d", "groups");
            assertThat(bucket.requests()).isEqualTo(7);
        }
    }

    private static List<String> paths(Source source, String directory) throws BlobException {
        List<String> paths = new ArrayList<>();
        String token = "";
        do {
            ListingPage page = source.list(directory, token);
            page.entries().forEach(entry -> paths.add(entry.path()));
            token = page.nextToken();
        } while (!token.isEmpty());
        return paths;
    }

    private static Source open(LocalBucket bucket) {
        return TestBuckets.open(bucket.address(), SourceConfig.DEFAULT, new SourceCounters());
    }

    private static Blob blob(Source source, String path) throws BlobException {
        SourceEntry.File file = (SourceEntry.File) source.stat(path);
        return new Blob(BlobId.of(source.name(), path, file.version()), path, file.version(), file.lengthBytes());
    }
}
