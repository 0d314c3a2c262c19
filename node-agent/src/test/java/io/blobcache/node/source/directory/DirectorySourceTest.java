package io.blobcache.node.source.directory;

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
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectorySourceTest extends SourceContract {
    @TempDir
    private Path temporary;

    private Path root() throws IOException {
        return Files.createDirectories(temporary.resolve("root"));
    }

    @Override
    protected void put(String path, byte[] bytes) throws IOException {
        Path file = root().resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    @Override
    protected Source open() throws IOException {
        return open(root());
    }

    private static Source open(Path directory) {
        return new DirectorySource(new SourceAddress.Directory(directory), SourceConfig.DEFAULT, new SourceCounters());
    }

    @Test
    void linksAreShownAsTheyAreAndNeverFollowed() throws Exception {
        Path secret = Files.writeString(temporary.resolve("secret"), "outside");
        Files.createSymbolicLink(root().resolve("out"), secret);
        Files.createSymbolicLink(root().resolve("up"), Path.of(".."));
        Files.createSymbolicLink(root().resolve("inside"), Path.of("a"));

        assertThat(((SourceEntry.Symlink) source.stat("out")).target()).isEqualTo(secret.toString());
        assertThat(paths(source, "")).contains("out", "up", "inside");
        for (String path : List.of("up/secret", "inside/deep", "../secret", "a/../../secret", "..", ".", "a/..")) {
            assertThatThrownBy(() -> source.stat(path)).as(path).isInstanceOf(BlobException.class);
        }
        assertThatThrownBy(() -> source.list("up", "")).isInstanceOf(BlobException.NotFound.class);
        assertThatThrownBy(() -> source.list("..", "")).isInstanceOf(BlobException.class);
    }

    @Test
    void aLinkInItsOwnPathIsFollowedWithinItsVolumeOnly() throws Exception {
        Path volume = Files.createDirectories(temporary.resolve("volume"));
        Path other = Files.createDirectories(temporary.resolve("other/tree"));
        Files.writeString(other.resolve("secret"), "of another namespace");
        Files.writeString(Files.createDirectories(volume.resolve("v3/tree")).resolve("mine"), "mine");
        Files.createSymbolicLink(volume.resolve("current"), Path.of("v3"));
        Files.createSymbolicLink(volume.resolve("absolute"), other);
        Files.createSymbolicLink(volume.resolve("relative"), Path.of("../other"));

        assertThat(paths(within(volume, "current/tree"), "")).containsExactly("mine");
        assertThat(paths(within(volume, ""), "")).containsExactly("absolute", "current", "relative", "v3");
        for (String path : List.of("absolute", "relative/tree", "current/../../other/tree")) {
            Source leaving = within(volume, path);
            assertThatThrownBy(leaving::check).as(path).hasMessageContaining("leads out of " + volume);
            assertThatThrownBy(() -> leaving.stat("secret")).as(path).isInstanceOf(BlobException.Unavailable.class);
        }
        assertThat(paths(open(volume.resolve("absolute")), "")).containsExactly("secret");
    }

    private static Source within(Path volume, String path) {
        return new DirectorySource(
                new SourceAddress.Directory(volume.resolve(path), volume), SourceConfig.DEFAULT, new SourceCounters());
    }

    @Test
    void aFileThatBecameALinkIsNotReadThroughIt() throws Exception {
        put("victim", text("outside"));
        Blob blob = blob(source, "victim");
        Path moved = temporary.resolve("moved");
        Files.move(root().resolve("victim"), moved);
        Files.createSymbolicLink(root().resolve("victim"), moved);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment into = arena.allocate(7);
            assertThatThrownBy(() -> source.read(blob, 0, 7, into, _ -> {})).isInstanceOf(BlobException.NotFound.class);
        }
    }

    @Test
    void specialFilesAndNamesThatAreNotUnicodeAreHidden() throws Exception {
        run("mkfifo", root() + "/fifo");
        run("sh", "-c", "touch \"" + root() + "/$(printf 'bad\\377name')\"");
        run("sh", "-c", "ln -s \"$(printf 'bad\\377target')\" " + root() + "/badlink");
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(root().resolve("socket")));
            assertThat(paths(source, "")).containsExactly("a!", "a", "a0", "empty", "large.bin");
            for (String path : List.of("fifo", "socket", "badlink")) {
                assertThatThrownBy(() -> source.stat(path)).isInstanceOf(BlobException.NotFound.class);
            }
        }
    }

    @Test
    void theExecuteBitIsKept() throws Exception {
        Files.setPosixFilePermissions(root().resolve("a0"), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(((SourceEntry.File) source.stat("a0")).executable()).isTrue();
        assertThat(((SourceEntry.File) source.stat("a!")).executable()).isFalse();
    }

    @Test
    void aFileChangedWhileItIsReadIsFoundOutBeforeItsBytesAreTold() throws Exception {
        Blob blob = blob(source, "large.bin");
        Path file = root().resolve("large.bin");
        try (Arena arena = Arena.ofShared()) {
            MemorySegment into = arena.allocate(blob.lengthBytes());
            int[] told = new int[1];
            assertThatThrownBy(() -> source.read(blob, 0, (int) blob.lengthBytes(), into, bytes -> {
                        told[0] = bytes;
                        touch(file);
                    }))
                    .isInstanceOf(BlobException.Changed.class);
            assertThat(told[0]).isEqualTo(1 << 20);
        }
    }

    @Test
    void aTruncatedFileIsChanged() throws Exception {
        Blob blob = blob(source, "large.bin");
        FileTime modified = Files.getLastModifiedTime(root().resolve("large.bin"), LinkOption.NOFOLLOW_LINKS);
        put("large.bin", new byte[10]);
        Files.setLastModifiedTime(root().resolve("large.bin"), modified);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment into = arena.allocate(100);
            assertThatThrownBy(() -> source.read(blob, 0, 100, into, _ -> {}))
                    .isInstanceOf(BlobException.Changed.class);
        }
    }

    @Test
    void aDirectoryLargerThanAPageComesInOrderAndWhole() throws Exception {
        Path many = Files.createDirectories(root().resolve("many"));
        for (int i = 0; i < 2_500; i++) {
            Files.createFile(many.resolve("%06d".formatted(i)));
        }
        assertThat(paths(source, "many")).hasSize(2_500).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aCheckNamesTheMistake() throws Exception {
        assertThatThrownBy(() -> open(temporary.resolve("none")).check())
                .isInstanceOf(BlobException.NotFound.class)
                .hasMessage("dir:" + temporary.resolve("none") + " is not a directory: check the path");
        assertThatThrownBy(() -> open(root().resolve("empty")).check())
                .isInstanceOf(BlobException.NotFound.class)
                .hasMessageContaining("is not a directory");
    }

    private static void touch(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.fromMillis(1));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
