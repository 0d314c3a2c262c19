package io.blobcache.node.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.metrics.StoreCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.StoredPath;
import io.blobcache.node.source.ListingPage;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceEntry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceWithStoredTest {
    @TempDir
    private Path directory;

    private final Keys keys = new Keys();
    private final List<String> askedElsewhere = new ArrayList<>();
    private OptionalLong elsewhere = OptionalLong.empty();
    private ContentStore store;
    private Source source;

    @BeforeEach
    void open() throws IOException {
        store = ContentStore.open(directory, 1 << 20, () -> 0, new StoreCounters());
        source = new SourceWithStored(keys, store, digest -> {
            askedElsewhere.add(digest);
            return elsewhere;
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 100})
    void theDirectoryOfStoredContentStandsInItsPlaceOfTheRootOnce(int pageEntries) throws Exception {
        keys.pageEntries = pageEntries;
        keys.all = List.of("-", ".a", ".blobcache", ".blobcache.txt", ".blobcache/", "a", "b/");

        assertThat(listed("")).containsExactly("-", ".a", ".blobcache.txt", ".blobcache/", "a", "b/");
    }

    @Test
    void aRootOfNothingElseHasIt() throws Exception {
        keys.all = List.of();

        assertThat(listed("")).containsExactly(".blobcache/");
        keys.all = List.of("!");
        assertThat(listed("")).containsExactly("!", ".blobcache/");
    }

    @Test
    void whatTheSourceHasThereIsNotReached() {
        keys.all = List.of(".blobcache/", ".blobcache/by-digest/", ".blobcache/own");

        assertThatThrownBy(() -> source.stat(".blobcache/own")).isInstanceOf(BlobException.NotFound.class);
        assertThatThrownBy(() -> source.list(".blobcache/other", "")).isInstanceOf(BlobException.NotFound.class);
        assertThat(keys.asked).isEmpty();
    }

    @Test
    void storedContentIsListedLookedUpAndRead() throws Exception {
        String digest = ContentStoreTest.store(store, "hello".getBytes(UTF_8));
        String path = StoredPath.of(digest);

        assertThat(listed(StoredPath.ROOT)).containsExactly(".blobcache/by-digest/");
        assertThat(listed(StoredPath.BY_DIGEST)).containsExactly(path);
        assertThat(source.stat(path))
                .isEqualTo(new SourceEntry.File(path, "sha256:" + digest, 5, Instant.EPOCH, false));
        byte[] read = new byte[3];
        source.read(SourceWithStored.blob(digest, 5), 2, 3, MemorySegment.ofArray(read), _ -> {});
        assertThat(read).isEqualTo("llo".getBytes(UTF_8));
        assertThat(askedElsewhere).isEmpty();
    }

    @Test
    void whatOthersHaveIsFoundThereAndNeverReadFromHere() throws Exception {
        elsewhere = OptionalLong.of(7);
        String digest = "ab".repeat(32);

        assertThat(source.stat(StoredPath.of(digest))).extracting("lengthBytes").isEqualTo(7L);
        assertThat(source.listsAll(StoredPath.BY_DIGEST)).isFalse();
        assertThatThrownBy(() -> source.read(
                        SourceWithStored.blob(digest, 7), 0, 7, MemorySegment.ofArray(new byte[7]), _ -> {}))
                .isInstanceOf(BlobException.NotFound.class);
        assertThat(askedElsewhere).containsExactly(digest);
    }

    @Test
    void aNameThatIsNoDigestAsksNobody() {
        assertThatThrownBy(() -> source.stat(".blobcache/by-digest/readme")).isInstanceOf(BlobException.NotFound.class);
        assertThat(askedElsewhere).isEmpty();
    }

    /** Every entry in order; of a directory as its key. */
    private List<String> listed(String path) throws BlobException {
        List<String> all = new ArrayList<>();
        ListingPage page = source.list(path, "");
        while (true) {
            for (SourceEntry entry : page.entries()) {
                all.add(entry instanceof SourceEntry.Directory ? entry.path() + "/" : entry.path());
            }
            if (page.last()) {
                return all;
            }
            page = source.list(path, page.nextToken());
        }
    }

    /** A source of names only, listed in pages. */
    private static final class Keys implements Source {
        private List<String> all = List.of();
        private int pageEntries = 100;
        private final List<String> asked = new ArrayList<>();

        @Override
        public String name() {
            return "keys";
        }

        @Override
        public void check() {}

        @Override
        public ListingPage list(String directory, String afterToken) {
            int from = afterToken.isEmpty() ? 0 : Integer.parseInt(afterToken);
            int to = Math.min(all.size(), from + pageEntries);
            return new ListingPage(
                    all.subList(from, to).stream().map(Keys::entry).toList(),
                    to == all.size() ? "" : Integer.toString(to));
        }

        @Override
        public SourceEntry stat(String path) {
            asked.add(path);
            return entry(path);
        }

        @Override
        public void read(Blob blob, long offset, int length, MemorySegment into, Progress progress) {
            asked.add(blob.path());
        }

        @Override
        public void close() {}

        private static SourceEntry entry(String key) {
            return key.endsWith("/")
                    ? new SourceEntry.Directory(key.substring(0, key.length() - 1), Instant.EPOCH)
                    : new SourceEntry.File(key, "v", 1, Instant.EPOCH, false);
        }
    }
}
