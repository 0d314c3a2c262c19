package io.blobcache.node.source;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.config.SourceConfig;
import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.MountedSources.Mounted;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountedSourcesTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    private Path directory;

    private Source one;
    private Source other;
    private Source mounted;

    @BeforeEach
    void fill() throws IOException {
        one = directory("one", "same", "of one");
        other = directory("other", "same", "of the other");
        mounted = new MountedSources(
                List.of(new Mounted("models", one), new Mounted("data/b", other), new Mounted("data/a-b", one)));
    }

    @Test
    void theDirectoriesAboveThePathsAreMadeUpAndListedInTheOrderOfTheirKeys() throws Exception {
        Source sources = new MountedSources(List.of(
                new Mounted("a/z", one), new Mounted("a-b", one), new Mounted("a0", one), new Mounted("a/b", other)));

        assertThat(paths(sources, "")).containsExactly("a-b", "a", "a0");
        assertThat(paths(sources, "a")).containsExactly("a/b", "a/z");
        for (String path : List.of("", "a", "a/z", "a-b")) {
            assertThat(sources.stat(path)).isEqualTo(new SourceEntry.Directory(path, Instant.EPOCH));
        }
    }

    @Test
    void belowAPathIsItsSourcesTree() throws Exception {
        assertThat(paths(mounted, "models")).containsExactly("models/deep", "models/same");
        assertThat(paths(mounted, "models/deep")).containsExactly("models/deep/leaf");
        SourceEntry.File inner = (SourceEntry.File) one.stat("deep/leaf");
        assertThat(mounted.stat("models/deep/leaf"))
                .isEqualTo(new SourceEntry.File(
                        "models/deep/leaf",
                        inner.version(),
                        inner.lengthBytes(),
                        inner.modified(),
                        inner.executable()));
    }

    @Test
    void whatIsBesideThePathsIsNotThere() {
        for (String path : List.of("model", "models0", "models0/same", "data/same", "dat", "data/b0")) {
            assertThatThrownBy(() -> mounted.stat(path)).as(path).isInstanceOf(BlobException.NotFound.class);
            assertThatThrownBy(() -> mounted.list(path, "")).as(path).isInstanceOf(BlobException.NotFound.class);
        }
    }

    @Test
    void oneKeyInTwoSourcesAreTwoBlobsAndEachHasItsOwnBytes() throws Exception {
        Blob ofOne = blob("models/same");
        Blob ofOther = blob("data/b/same");

        assertThat(ofOne.id()).isNotEqualTo(ofOther.id());
        assertThat(read(ofOne)).isEqualTo("of one");
        assertThat(read(ofOther)).isEqualTo("of the other");
    }

    @Test
    void aBlobHasTheIdOfItsSourceWhereverThatIsMounted() throws Exception {
        SourceEntry.File same = (SourceEntry.File) one.stat("same");
        Blob alone = one.blob("same", same.version(), same.lengthBytes());

        assertThat(blob("models/same").id()).isEqualTo(alone.id());
        assertThat(blob("data/a-b/same").id()).isEqualTo(alone.id());
        assertThat(blob("data/a-b/same").path()).isEqualTo("data/a-b/same");
    }

    @Test
    void everyPathSaysWhoIsAskedForIt() {
        assertThat(mounted.at("models/same")).isSameAs(one);
        assertThat(mounted.at("data/b/x/y")).isSameAs(other);
        assertThat(mounted.at("models")).isSameAs(mounted);
        assertThat(mounted.at("data")).isSameAs(mounted);
        assertThat(mounted.at("/")).isSameAs(mounted);
    }

    @Test
    void aSourceThatFailsTakesNoOtherWithIt() throws Exception {
        Source sources = new MountedSources(List.of(new Mounted("gone", gone()), new Mounted("models", one)));

        sources.check();
        assertThat(paths(sources, "")).containsExactly("gone", "models");
        assertThat(paths(sources, "models")).contains("models/same");
        assertThat(sources.stat("gone")).isInstanceOf(SourceEntry.Directory.class);
    }

    @Test
    void ifAllFailTheFirstSaysWhy() {
        Source sources = new MountedSources(List.of(new Mounted("gone", gone()), new Mounted("too", gone())));

        assertThatThrownBy(sources::check)
                .isInstanceOf(BlobException.NotFound.class)
                .hasMessageContaining("check the path");
    }

    @Test
    void aSourceThatIsLateIsNotWaitedForWhenAnotherHasAnswered() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Source late = new SourceThatFails("late", () -> {
            never.await();
            return new BlobException.Unavailable("late", null);
        });

        new MountedSources(List.of(new Mounted("late", late), new Mounted("models", one)), Duration.ofMillis(1))
                .check();
        new MountedSources(List.of(new Mounted("models", one)), LONG).check();
    }

    private Source gone() {
        return source(directory.resolve("none"));
    }

    private Source directory(String name, String file, String content) throws IOException {
        Path root = Files.createDirectories(directory.resolve(name));
        Files.writeString(root.resolve(file), content);
        Files.writeString(Files.createDirectory(root.resolve("deep")).resolve("leaf"), "leaf");
        return source(root);
    }

    private static Source source(Path root) {
        return Sources.open(new SourceAddress.Directory(root), () -> SourceConfig.DEFAULT, new SourceCounters());
    }

    private Blob blob(String path) throws BlobException {
        SourceEntry.File file = (SourceEntry.File) mounted.stat(path);
        return mounted.blob(path, file.version(), file.lengthBytes());
    }

    private String read(Blob blob) throws BlobException {
        byte[] bytes = new byte[(int) blob.lengthBytes()];
        MemorySegment into = Arena.ofAuto().allocate(bytes.length);
        mounted.read(blob, 0, bytes.length, into, _ -> {});
        MemorySegment.copy(into, JAVA_BYTE, 0, bytes, 0, bytes.length);
        return new String(bytes, UTF_8);
    }

    private static List<String> paths(Source source, String of) throws BlobException {
        List<String> paths = new ArrayList<>();
        ListingPage page = source.list(of, "");
        page.entries().forEach(entry -> paths.add(entry.path()));
        while (!page.last()) {
            page = source.list(of, page.nextToken());
            page.entries().forEach(entry -> paths.add(entry.path()));
        }
        return paths;
    }
}
