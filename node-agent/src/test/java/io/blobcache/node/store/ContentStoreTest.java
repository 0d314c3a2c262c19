package io.blobcache.node.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.metrics.StoreCounters;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.Sha256;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentStoreTest {
    private static final long MAX_BYTES = 64 << 20;
    private static final int LENGTH = 2 * BlockList.BLOCK_BYTES + 12_345;

    private final StoreCounters counters = new StoreCounters();
    private final byte[] content = new byte[LENGTH];

    @TempDir
    private Path directory;

    ContentStoreTest() {
        new Random(3).nextBytes(content);
    }

    @Test
    void whatWasStoredIsReadUnderItsDigestAlsoAfterARestart() throws Exception {
        String digest = store(open(), content);

        assertThat(digest).isEqualTo(sha256(content));
        assertThat(read(open(), digest)).isEqualTo(content);
    }

    @Test
    void theEmptyContentIsAContent() throws Exception {
        ContentStore store = open();

        assertThat(store(store, new byte[0])).isEqualTo(sha256(new byte[0]));
        assertThat(read(store, sha256(new byte[0]))).isEmpty();
    }

    @Test
    void theSameContentTwiceIsOneCopy() throws Exception {
        ContentStore store = open();
        store(store, content);
        store(store, content);

        assertThat(store.usedBytes()).isEqualTo(LENGTH);
        assertThat(counters.stored.sum()).isEqualTo(1);
        assertThat(counters.storedAgain.sum()).isEqualTo(1);
        assertThat(files()).containsExactlyInAnyOrder(sha256(content), sha256(content) + ".blocks");
    }

    @Test
    void equalUploadsAtOnceAreOneCopy() throws Exception {
        ContentStore store = open();
        byte[] small = "the same for all".getBytes(UTF_8);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> uploads = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                uploads.add(threads.submit(() -> store(store, small)));
            }
            for (Future<String> upload : uploads) {
                assertThat(upload.get()).isEqualTo(sha256(small));
            }
        }

        assertThat(counters.stored.sum()).isEqualTo(1);
        assertThat(counters.storedAgain.sum()).isEqualTo(49);
        assertThat(store.usedBytes()).isEqualTo(small.length);
        assertThat(files()).containsExactlyInAnyOrder(sha256(small), sha256(small) + ".blocks");
    }

    @Test
    void anUploadThatIsNotFinishedLeavesNothing() throws Exception {
        ContentStore store = open();
        try (Upload upload = store.begin()) {
            upload.append(ByteBuffer.wrap(content));
            assertThat(files()).hasSize(1);
        }

        assertThat(files()).isEmpty();
        assertThat(store.usedBytes()).isZero();
    }

    @Test
    void whatACrashLeftOfUploadsIsGoneAfterTheStart() throws Exception {
        Files.write(directory.resolve("1.part"), content);

        ContentStore store = open();

        assertThat(files()).isEmpty();
        assertThat(store.count()).isZero();
        assertThat(store.usedBytes()).isZero();
    }

    @Test
    void moreThanTheLimitIsRefusedAndLeavesNothing() throws Exception {
        ContentStore store = ContentStore.open(directory, LENGTH - 1, () -> 0, counters);

        assertThatThrownBy(() -> store(store, content))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("mesh.maxStoredBytes")
                .extracting(e -> ((StoreException) e).reason())
                .isEqualTo(StoreException.Reason.FULL);
        assertThat(files()).isEmpty();
        assertThat(store.usedBytes()).isZero();
    }

    @Test
    void whatHasToStayFreeOnTheDeviceStaysFree() throws Exception {
        ContentStore store = ContentStore.open(directory, MAX_BYTES, () -> 200, counters);

        assertThatThrownBy(() -> store(store, content)).hasMessageContaining("disk.minFreePercent");
        assertThat(files()).isEmpty();
    }

    @Test
    void aFlippedBitIsFoundBeforeItsBlockIsServedAndTheContentMayBeStoredAnew() throws Exception {
        String digest = store(open(), content);
        flip(directory.resolve(digest), BlockList.BLOCK_BYTES + 5);
        ContentStore store = open();

        assertThatThrownBy(() -> read(store, digest)).isInstanceOf(BlobException.Corrupt.class);

        assertThat(store.lengthOf(digest)).isEmpty();
        assertThat(counters.damaged.sum()).isEqualTo(1);
        assertThat(files()).containsExactly(digest + ".damaged");
        store(store, content);
        assertThat(read(store, digest)).isEqualTo(content);
    }

    @Test
    void blocksThatAreWholeAreServedAlthoughALaterOneIsDamaged() throws Exception {
        String digest = store(open(), content);
        flip(directory.resolve(digest), BlockList.BLOCK_BYTES + 5);

        assertThat(read(open(), digest, 0, BlockList.BLOCK_BYTES)).hasSize(BlockList.BLOCK_BYTES);
    }

    @Test
    void aTruncatedContentIsNotServed() throws Exception {
        String digest = store(open(), content);
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve(digest).toFile(), "rw")) {
            file.setLength(LENGTH - 1);
        }
        ContentStore store = open();

        assertThatThrownBy(() -> store.read(digest)).isInstanceOf(BlobException.Corrupt.class);
        assertThat(store.lengthOf(digest)).isEmpty();
    }

    @Test
    void aListThatIsMissingOrDamagedIsMadeAnewFromTheContent() throws Exception {
        String digest = store(open(), content);
        flip(directory.resolve(digest + ".blocks"), 20);

        assertThat(read(open(), digest)).isEqualTo(content);
        Files.delete(directory.resolve(digest + ".blocks"));
        assertThat(read(open(), digest)).isEqualTo(content);
        assertThat(files()).contains(digest + ".blocks");
    }

    @Test
    void contentThatIsNotThereIsNotFound() throws Exception {
        assertThatThrownBy(() -> open().read("0".repeat(64))).isInstanceOf(BlobException.NotFound.class);
    }

    private ContentStore open() throws IOException {
        return ContentStore.open(directory, MAX_BYTES, () -> 0, counters);
    }

    static String store(ContentStore store, byte[] content) throws StoreException {
        try (Upload upload = store.begin()) {
            for (int at = 0; at < content.length; at += 1_000_000) {
                upload.append(ByteBuffer.wrap(content, at, Math.min(1_000_000, content.length - at)));
            }
            return upload.finish();
        }
    }

    private static byte[] read(ContentStore store, String digest) throws BlobException {
        return read(store, digest, 0, Math.toIntExact(store.lengthOf(digest).orElse(0)));
    }

    private static byte[] read(ContentStore store, String digest, long offset, int length) throws BlobException {
        try (Arena arena = Arena.ofConfined();
                ContentReader reader = store.read(digest)) {
            MemorySegment into = arena.allocate(length);
            reader.read(offset, into);
            return into.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int old = bytes.read();
            bytes.seek(at);
            bytes.write(~old);
        }
    }

    private static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(Sha256.begin().digest(bytes));
    }
}
