package io.blobcache.node.tier.disk;

import io.blobcache.node.posix.Posix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A real ext4 on a loop device of its own, to be broken by a test. */
final class LoopDisk implements AutoCloseable {
    /** EXT4_IOC_SHUTDOWN: the file system stops as if the power went, without harm to the machine. */
    private static final long SHUTDOWN = 0x8004587DL;

    final Path image;
    final Path mounted;
    private boolean isMounted;

    /** @param mkfsOptions more options of mkfs.ext4 */
    LoopDisk(Path directory, long bytes, String... mkfsOptions) throws IOException {
        image = directory.resolve("image");
        mounted = Files.createDirectories(directory.resolve("mounted"));
        try (FileChannel channel =
                FileChannel.open(image, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
        resizeImage(bytes);
        List<String> command = new ArrayList<>(List.of("mkfs.ext4", "-q", "-F"));
        command.addAll(List.of(mkfsOptions));
        command.add(image.toString());
        run(command);
    }

    LoopDisk mount(String options) throws IOException {
        run(List.of(
                "mount",
                "-o",
                "loop" + (options.isEmpty() ? "" : "," + options),
                image.toString(),
                mounted.toString()));
        isMounted = true;
        return this;
    }

    Path state() {
        return mounted.resolve("state");
    }

    void remount(String options) throws IOException {
        run(List.of("mount", "-o", "remount," + options, mounted.toString()));
    }

    void unmount() throws IOException {
        if (isMounted) {
            isMounted = false;
            run(List.of("umount", mounted.toString()));
        }
    }

    /** Makes the image longer (reads as zeros) or shorter (reads fail with EIO) under the mounted file system. */
    void resizeImage(long bytes) throws IOException {
        run(List.of("truncate", "-s", Long.toString(bytes), image.toString()));
    }

    /** @param flag 1: what is in the journal is still written; 2: not even that */
    void cutPower(int flag) {
        int fd = Posix.open(mounted.toString(), Posix.O_RDONLY, 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment argument = arena.allocateFrom(ValueLayout.JAVA_INT, flag);
            if (Posix.ioctl(fd, SHUTDOWN, argument) != 0) {
                throw new AssertionError("the file system was not shut down");
            }
        } finally {
            Posix.close(fd);
        }
    }

    /** As if ext4 had found itself damaged: it turns read-only where it is mounted with errors=remount-ro. */
    void failFileSystem() throws IOException {
        run(List.of(
                "sh",
                "-c",
                "echo 1 > /sys/fs/ext4/$(basename $(findmnt -n -o SOURCE --mountpoint " + mounted
                        + "))/trigger_fs_error"));
    }

    /** Writes a file back and forgets its pages, so that the next read asks the device. */
    static void forgetPages(Path file) {
        int fd = Posix.open(file.toString(), Posix.O_RDONLY, 0);
        Posix.fsync(fd);
        Posix.fadvise(fd, 0, 0, Posix.FADV_DONTNEED);
        Posix.close(fd);
    }

    static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(command + ": " + output);
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        if (isMounted) {
            isMounted = false;
            run(List.of("umount", "-l", mounted.toString()));
        }
    }
}
