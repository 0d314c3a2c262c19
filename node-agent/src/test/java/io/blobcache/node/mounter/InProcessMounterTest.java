package io.blobcache.node.mounter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.blobcache.node.mounter.MountException.Reason;
import io.blobcache.node.posix.Errno;
import io.blobcache.node.posix.Posix;
import io.blobcache.node.posix.PosixException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mounting and unmounting with nobody who answers: none of it may hang. */
class InProcessMounterTest {
    private final InProcessMounter mounter = new InProcessMounter();

    @TempDir
    private Path temporary;

    @AfterEach
    void unmountWhatIsLeft() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
            String mountPoint = line.split(" ", -1)[4];
            if (mountPoint.startsWith(temporary.toString())) {
                Posix.umount(mountPoint.replace("\\040", " "), Posix.MNT_FORCE | Posix.MNT_DETACH);
            }
        }
    }

    @Test
    void aMountIsReadOnlyAndNamedAndItsMinorIsThatOfItsConnection() throws IOException {
        FuseDevice device = mounter.mount(directory("a b"), "s3://bucket,with=comma");
        try {
            String line = Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                    .filter(mount -> mount.contains("a\\040b"))
                    .findFirst()
                    .orElseThrow();

            assertThat(line)
                    .contains(" 0:" + device.minor() + " ")
                    .contains(" ro,nosuid,nodev")
                    .contains(" fuse.blobcache s3://bucket,with=comma ");
        } finally {
            mounter.unmount(device);
            Posix.close(device.fd());
        }
        assertThat(isMounted(device)).isFalse();
    }

    @Test
    void aMountThatNobodyAnswersIsUnmounted() throws IOException {
        FuseDevice device = mounter.mount(directory("dead"), "test");
        Process stat = new ProcessBuilder("stat", device.directory() + "/x").start();
        try {
            mounter.unmount(device);

            assertThat(isMounted(device)).isFalse();
        } finally {
            Posix.close(device.fd());
            stat.destroyForcibly();
        }
    }

    @Test
    void unmountingTwiceIsNothing() throws IOException {
        FuseDevice device = mounter.mount(directory("twice"), "test");
        mounter.unmount(device);
        Posix.close(device.fd());

        mounter.unmount(device);

        assertThat(isMounted(device)).isFalse();
    }

    @Test
    void abortingAConnectionThatHasEndedTouchesNoOther() throws IOException {
        FuseDevice ended = mounter.mount(directory("ended"), "test");
        mounter.unmount(ended);
        FuseDevice other = mounter.mount(directory("lives"), "test");
        try {
            mounter.abort(new FuseDevice(ended.fd(), ended.directory(), other.minor()));
            assertThat(Posix.poll(other.fd(), 0) & Posix.POLLERR).isZero();

            mounter.abort(other);
            assertThat(Posix.poll(other.fd(), 0) & Posix.POLLERR).isNotZero();
        } finally {
            mounter.unmount(other);
            Posix.close(ended.fd());
            Posix.close(other.fd());
        }
    }

    @Test
    void anotherMountOnTheDirectoryIsNotOurs() throws IOException {
        Path directory = directory("other");
        FuseDevice first = mounter.mount(directory, "first");
        mounter.unmount(first);
        FuseDevice second = mounter.mount(directory, "second");
        try {
            // The minor number may be given out again: then, and only then, the two cannot be told apart.
            if (first.minor() != second.minor()) {
                mounter.unmount(first);
                assertThat(isMounted(second)).isTrue();
            }
        } finally {
            mounter.unmount(second);
            Posix.close(first.fd());
            Posix.close(second.fd());
        }
    }

    @Test
    void eachBadMountPointHasItsReasonAndRemedy() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));
        Path full = directory("full");
        Files.createFile(full.resolve("entry"));

        assertReason(temporary.resolve("missing"), Reason.DIRECTORY_MISSING, "mkdir -p");
        assertReason(temporary.resolve("missing/too"), Reason.DIRECTORY_MISSING, "mkdir -p");
        assertReason(file, Reason.NOT_A_DIRECTORY, "is not a directory");
        assertReason(file.resolve("below"), Reason.DIRECTORY_MISSING, "does not exist");
        assertReason(full, Reason.NOT_EMPTY, "is not empty");
        assertReason(Path.of("/"), Reason.NOT_EMPTY, "/");
    }

    @Test
    void aDirectoryThatIsMountedOnIsRefused() throws IOException {
        FuseDevice device = mounter.mount(directory("taken"), "test");
        try {
            assertReason(device.directory(), Reason.ALREADY_MOUNTED, "blobcache unmount");
        } finally {
            mounter.unmount(device);
            Posix.close(device.fd());
        }
    }

    @Test
    void theMountsOfAgentsThatDiedAreReplaced() throws IOException {
        FuseDevice first = mounter.mount(directory("left"), "test");
        Posix.close(first.fd());
        FuseDevice second = mounter.mount(first.directory(), "test");
        Posix.close(second.fd());

        FuseDevice third = mounter.mount(first.directory(), "test");
        try {
            assertThat(third.directory()).isEqualTo(first.directory());
            assertThat(mountsOn(third.directory())).isEqualTo(1);
        } finally {
            mounter.unmount(third);
            Posix.close(third.fd());
        }
        assertThat(mountsOn(third.directory())).isZero();
    }

    private static long mountsOn(Path directory) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains(" " + directory + " "))
                .count();
    }

    @Test
    void aLinkToADirectoryIsMountedOnTheDirectory() throws IOException {
        Path real = directory("real");
        Path link = Files.createSymbolicLink(temporary.resolve("link"), real);

        FuseDevice device = mounter.mount(link, "test");
        try {
            assertThat(device.directory()).isEqualTo(real.toRealPath());
        } finally {
            mounter.unmount(device);
            Posix.close(device.fd());
        }
    }

    @Test
    void registeringBeforePassthroughIsNegotiatedIsAnError() throws IOException {
        FuseDevice device = mounter.mount(directory("early"), "test");
        try {
            assertThatThrownBy(() -> mounter.registerBacking(device, device.fd()))
                    .isInstanceOfSatisfying(
                            PosixException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPERM));
        } finally {
            mounter.unmount(device);
            Posix.close(device.fd());
        }
    }

    @Test
    void whatDoesNotReturnIsLeftBehindAtTheLimit() {
        CountDownLatch never = new CountDownLatch(1);

        assertThatThrownBy(() -> TimeLimit.call("a call", Duration.ofMillis(50), () -> {
                    never.await();
                    return 0;
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("a call did not return within 50 ms");
        never.countDown();
    }

    private void assertReason(Path directory, Reason reason, String remedy) {
        MountException e = catchThrowableOfType(MountException.class, () -> mounter.mount(directory, "test"));
        assertThat(e).hasMessageContaining(remedy);
        assertThat(e.reason()).isEqualTo(reason);
    }

    private Path directory(String name) throws IOException {
        return Files.createDirectory(temporary.resolve(name));
    }

    private static boolean isMounted(FuseDevice device) throws IOException {
        return MountTable.minorOf(device.directory()).isPresent();
    }
}
