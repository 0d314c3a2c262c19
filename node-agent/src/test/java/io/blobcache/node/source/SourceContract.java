package io.blobcache.node.source;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlobId;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every source promises, whatever it stands for. */
public abstract class SourceContract {
    private static final int LENGTH = 3_000_017;

    private final byte[] content = random();
    protected Source source;

    /** Puts a file into the source's place. */
    protected abstract void put(String path, byte[] bytes) throws Exception;

    /** Of what was put. */
    protected abstract Source open() throws Exception;

    @BeforeEach
    void fill() throws Exception {
        put("large.bin", content);
        put("empty", new byte[0]);
        put("a!", text("before the directory"));
        put("a/deep/leaf", text("leaf"));
        put("a/ünï cödé & 100%", text("odd"));
        put("a0", text("behind the directory"));
        source = open();
    }

    @AfterEach
    void close() {
        source.close();
    }

    @Test
    void aCheckOfAReadableSourceSaysNothing() throws Exception {
        source.check();
    }

    @Test
    void listingsAreInTheOrderOfTheirKeys() throws Exception {
        assertThat(paths(source, "")).containsExactly("a!", "a", "a0", "empty", "large.bin");
        assertThat(paths(source, "a")).containsExactly("a/deep", "a/ünï cödé & 100%");
        assertThat(paths(source, "a/deep")).containsExactly("a/deep/leaf");
    }

    @Test
    void aStatSaysWhatTheListingSaid() throws Exception {
        for (String directory : List.of("", "a", "a/deep")) {
            for (SourceEntry entry : source.list(directory, "").entries()) {
                SourceEntry alone = source.stat(entry.path());
                assertThat(alone).hasSameClassAs(entry);
                if (entry instanceof SourceEntry.File file) {
                    assertThat(((SourceEntry.File) alone).version()).isEqualTo(file.version());
                    assertThat(((SourceEntry.File) alone).lengthBytes()).isEqualTo(file.lengthBytes());
                }
            }
        }
        assertThat(source.stat("")).isInstanceOf(SourceEntry.Directory.class);
    }

    @Test
    void whatIsNotThereIsNotFound() {
        for (String path : List.of("missing", "a/missing", "empty/below", "large", "a/deep/lea")) {
            assertThatThrownBy(() -> source.stat(path)).as(path).isInstanceOf(BlobException.NotFound.class);
        }
        assertThatThrownBy(() -> source.list("missing", "")).isInstanceOf(BlobException.NotFound.class);
    }

    @Test
    void rangesHaveTheRightBytesAndProgressEndsAtTheirLength() throws Exception {
        Blob blob = blob(source, "large.bin");
        assertThat(blob.lengthBytes()).isEqualTo(LENGTH);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment into = arena.allocate(LENGTH);
            for (int[] range : new int[][] {{0, LENGTH}, {1, 17}, {LENGTH - 1, 1}, {1 << 20, 1 << 20}, {5, 0}}) {
                List<Integer> told = new ArrayList<>();
                source.read(blob, range[0], range[1], into, told::add);
                byte[] expected = Arrays.copyOfRange(content, range[0], range[0] + range[1]);
                assertThat(sha256(into.asSlice(0, range[1]).toArray(JAVA_BYTE))).isEqualTo(sha256(expected));
                assertThat(told).isSorted();
                assertThat(told.isEmpty() ? 0 : told.getLast()).isEqualTo(range[1]);
            }
        }
    }

    @Test
    void virtualThreadsReadToo() throws Exception {
        Blob blob = blob(source, "large.bin");
        try (Arena arena = Arena.ofShared()) {
            MemorySegment into = arena.allocate(LENGTH);
            List<Throwable> failures = new ArrayList<>();
            Thread reader = Thread.ofVirtual().start(() -> {
                try {
                    source.read(blob, 0, LENGTH, into, _ -> {});
                } catch (BlobException e) {
                    failures.add(e);
                }
            });
            reader.join();
            assertThat(failures).isEmpty();
            assertThat(sha256(into.toArray(JAVA_BYTE))).isEqualTo(sha256(content));
        }
    }

    @Test
    void aFileThatWasReplacedIsChangedAndNothingOfItIsWritten() throws Exception {
        put("volatile", text("one version"));
        Blob blob = blob(open(), "volatile");
        put("volatile", text("two version"));
        try (Arena arena = Arena.ofShared()) {
            MemorySegment into = arena.allocate(11);
            assertThatThrownBy(() -> open().read(blob, 0, 11, into, _ -> {})).isInstanceOf(BlobException.Changed.class);
            assertThat(into.toArray(JAVA_BYTE)).containsOnly(0);
        }
    }

    /** A peer may name a blob with a length of its own; the tables of a cache would grow with it. */
    @Test
    void aBlobThatIsSaidToBeLongerThanItIsCannotBeRead() throws Exception {
        Blob real = blob(source, "large.bin");
        Blob longer = new Blob(real.id(), real.path(), real.version(), 1L << 40);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment into = arena.allocate(11);
            assertThatThrownBy(() -> source.read(longer, 0, 11, into, _ -> {})).isInstanceOf(BlobException.class);
        }
    }

    protected static List<String> paths(Source source, String directory) throws BlobException {
        List<String> paths = new ArrayList<>();
        String token = "";
        do {
            ListingPage page = source.list(directory, token);
            page.entries().forEach(entry -> paths.add(entry.path()));
            token = page.nextToken();
        } while (!token.isEmpty());
        return paths;
    }

    protected static Blob blob(Source source, String path) throws BlobException {
        SourceEntry.File file = (SourceEntry.File) source.stat(path);
        return new Blob(BlobId.of(source.name(), path, file.version()), path, file.version(), file.lengthBytes());
    }

    protected static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] random() {
        byte[] bytes = new byte[LENGTH];
        new Random(42).nextBytes(bytes);
        return bytes;
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
