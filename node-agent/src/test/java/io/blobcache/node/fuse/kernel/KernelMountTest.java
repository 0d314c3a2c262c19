package io.blobcache.node.fuse.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.config.Changed;
import io.blobcache.node.config.FuseConfig;
import io.blobcache.node.fuse.Shell;
import io.blobcache.node.fuse.TreeFileSystem;
import io.blobcache.node.fuse.TreeFileSystem.Mode;
import io.blobcache.node.metrics.FuseCounters;
import io.blobcache.node.mounter.InProcessMounter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a real kernel can show: signals, waiting readers, backing files, and the ends of a mount. */
class KernelMountTest {
    private static final int FILE_BYTES = 4 << 20;

    @TempDir
    private Path temporary;

    private final CountDownLatch gate = new CountDownLatch(1);
    private final FuseCounters counters = new FuseCounters();
    private Path tree;
    private Path directory;
    private TreeFileSystem fileSystem;
    private KernelMount mount;

    @BeforeEach
    void mountTheTree() throws IOException {
        tree = Files.createDirectory(temporary.resolve("tree"));
        directory = Files.createDirectory(temporary.resolve("mount point"));
        byte[] content = new byte[FILE_BYTES];
        new Random(3).nextBytes(content);
        Files.write(tree.resolve("file"), content);
        Files.write(tree.resolve("other"), new byte[] {1, 2, 3});
        mount(FuseConfig.DEFAULT);
    }

    @AfterEach
    void unmount() {
        gate.countDown();
        mount.close();
    }

    @Test
    void aMountIsUnmountedWhenItIsIdleAndServesUntilThen() throws IOException, InterruptedException {
        try (InputStream open = Files.newInputStream(directory.resolve("file"))) {
            assertThat(mount.unmountIfIdle()).isFalse();
            assertThat(open.readAllBytes()).isEqualTo(Files.readAllBytes(tree.resolve("file")));
            assertThat(Files.readAllBytes(directory.resolve("other"))).containsExactly(1, 2, 3);
        }

        assertThat(mount.unmountIfIdle()).isTrue();
        mount.awaitUnmount();
        assertThat(mount.unmountIfIdle()).as("nothing is left to do").isTrue();
    }

    @Test
    void aReaderThatWaitsForAnOpenCanBeKilled() {
        holdBack("file");

        assertThat(killedWhileWaiting("cat \"$1/file\"")).isEqualTo(137);
        await("the wait is interrupted", () -> fileSystem.interrupts() > 0);
        await("no handle is left", () -> fileSystem.openHandles() == 0);
    }

    @Test
    void aReaderThatWaitsForBytesCanBeKilled() {
        String reader = "exec 3< \"$1/file\"; echo > \"$2\"; read -r -N 1 -u 3";

        assertThat(killedWhileReading(reader)).isEqualTo(137);
    }

    /** The kernel interrupts no direct read that it has sent asynchronously (ASYNC_DIO): its deadline has to. */
    @Test
    void aDirectReaderThatWaitsForBytesCanBeKilledAtTheDeadline() throws IOException {
        mount.close();
        mount(withDeadline(Duration.ofSeconds(1)));
        String reader = """
                exec python3 -c '
                import mmap, os, sys
                fd = os.open(sys.argv[1] + "/file", os.O_RDONLY | os.O_DIRECT)
                open(sys.argv[2], "w").close()
                os.preadv(fd, [mmap.mmap(-1, 4096)], 0)
                ' "$1" "$2"
                """;

        assertThat(killedWhileReading(reader)).isEqualTo(137);
    }

    @Test
    void aSignalThatIsHandledEndsAWaitingOpenWithEintr() {
        holdBack("file");

        String output = Shell.python("""
                import errno, os, signal, sys
                def handler(*a):
                    raise InterruptedError
                signal.signal(signal.SIGALRM, handler)
                for i in range(20):
                    signal.setitimer(signal.ITIMER_REAL, 0.002 * i + 0.001)
                    try:
                        os.open(sys.argv[1] + '/file', os.O_RDONLY)
                        print('opened')
                    except InterruptedError:
                        pass
                """, directory);

        assertThat(output).isEmpty();
        await("no handle is left", () -> fileSystem.openHandles() == 0 && fileSystem.waiting() == 0);
    }

    @Test
    void interruptsThatRaceWithAnswersLoseNoRequest() {
        fileSystem.behave(Mode.BLOCKS);

        Shell.python("""
                import os, signal, sys, time
                class Enough(Exception): pass
                def handler(*a):
                    raise Enough
                signal.signal(signal.SIGALRM, handler)
                end, opened, cut = time.time() + 2, 0, 0
                while time.time() < end:
                    fd = None
                    try:
                        signal.setitimer(signal.ITIMER_REAL, 0.0001 + (opened + cut) % 13 * 0.00005)
                        fd = os.open(sys.argv[1] + '/file', os.O_RDONLY)
                        opened += 1
                        signal.setitimer(signal.ITIMER_REAL, 0)
                    except Enough:
                        cut += 1
                    if fd is not None:
                        os.close(fd)
                assert opened and cut, (opened, cut)
                assert len(open(sys.argv[1] + '/file', 'rb').read()) == 4 << 20
                """, directory);

        await("every open was released", () -> fileSystem.openHandles() == 0);
    }

    @Test
    void aMissNeverStandsInTheWayOfAHit() {
        holdBack("file");
        String script = """
                for i in $(seq 40); do timeout 20 cat "$1/file" > /dev/null & done
                for i in $(seq 40); do cmp "$1/other" "$2/other" || exit 1; done
                kill $(jobs -p); wait || true
                """;

        assertThat(Shell.tryBash(script, directory, tree).exitCode()).isZero();
    }

    @Test
    void waitingReadersHoldNoMemoryForTheirReplies() throws Exception {
        holdReads();
        Process readers = new ProcessBuilder("python3", "-c", """
                        import hashlib, mmap, os, sys, threading
                        threading.stack_size(65536)
                        fd = os.open(sys.argv[1] + '/file', os.O_RDONLY | os.O_DIRECT)
                        failed = []
                        def read(i):
                            m = mmap.mmap(-1, 1 << 20)
                            at = i % 4 << 20
                            if os.preadv(fd, [m], at) != 1 << 20 or m[:] != want[at:at + (1 << 20)]:
                                failed.append(i)
                        want = open(sys.argv[2] + '/file', 'rb').read()
                        threads = [threading.Thread(target=read, args=(i,)) for i in range(150)]
                        for t in threads: t.start()
                        for t in threads: t.join()
                        sys.exit(len(failed))
                        """, directory.toString(), tree.toString())
                .inheritIO()
                .start();
        try {
            long before = residentBytes();
            await("150 reads wait", () -> fileSystem.waiting() == 150);

            assertThat(residentBytes() - before).isLessThan(50L << 20);
            gate.countDown();
            assertThat(readers.waitFor()).isZero();
        } finally {
            readers.destroyForcibly();
        }
    }

    @Test
    void aRequestThatIsNotAnsweredInTimeFailsWithEtimedout() throws IOException {
        mount.close();
        mount(withDeadline(Duration.ofSeconds(1)));
        holdBack("file");

        assertThat(Shell.tryBash("cat \"$1/file\"", directory).output()).contains("timed out");
    }

    @Test
    void readsOfABackedFileDoNotReachTheFileSystem() {
        fileSystem.behave(Mode.BACKED);

        Shell.bash("cmp \"$1/file\" \"$2/file\"", directory, tree);

        assertThat(mount.hasPassthrough()).isTrue();
        assertThat(fileSystem.reads()).isZero();
    }

    @Test
    void aFileMayBecomeBackedAndUnbackedWhileItIsOpen() {
        for (Mode first : new Mode[] {Mode.HITS, Mode.BACKED}) {
            fileSystem.behave(first);
            String held = "exec 3< \"$1/file\"; cmp <(head -c 100 <&3) <(head -c 100 \"$2/file\"); ";
            Shell.bash(held + "echo opened", directory, tree);
            Process holder = hold();
            try {
                fileSystem.behave(first == Mode.HITS ? Mode.BACKED : Mode.HITS);
                Shell.bash("cmp \"$1/file\" \"$2/file\"", directory, tree);
            } finally {
                holder.destroyForcibly();
            }
            await("the holder's handle is released", () -> fileSystem.openHandles() == 0);
            Shell.bash("cmp \"$1/file\" \"$2/file\"", directory, tree);
        }
    }

    @Test
    void theKernelTakesTheLimitsThatAreConfigured() throws IOException {
        assertThat(limitsOfTheMount()).containsExactly("512", "384", "128");

        mount.close();
        mount(Changed.copy(
                FuseConfig.DEFAULT, "maxBackground", 77, "congestionThreshold", 33, "readAheadBytes", 1 << 20));
        assertThat(limitsOfTheMount()).containsExactly("77", "33", "1024");
    }

    @Test
    void everyHandleIsReleasedAndEveryRequestCounted() {
        Shell.bash("cmp \"$1/file\" \"$2/file\"; ls -l \"$1\"", directory, tree);

        await("every handle is released", () -> fileSystem.openHandles() == 0);
        assertThat(counters.count(FuseCounters.Operation.READ)).isPositive();
        assertThat(counters.count(FuseCounters.Operation.OPEN)).isOne();
        assertThat(counters.errors(FuseCounters.Operation.READ)).isZero();
    }

    @Test
    void closingWithOpenFilesEndsTheMountAndTheReaders() throws Exception {
        Process holder = hold();
        holdReads();
        Process reader = new ProcessBuilder("dd", "if=" + directory.resolve("file"), "bs=1", "count=1").start();
        await("a read waits", () -> fileSystem.waiting() > 0);

        mount.close();

        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(temporary.toString());
        assertThat(reader.waitFor()).isEqualTo(1);
        assertThat(fuseThreads()).isZero();
        holder.destroyForcibly();
        mount(FuseConfig.DEFAULT);
        Shell.bash("cmp \"$1/other\" \"$2/other\"", directory, tree);
    }

    @Test
    void somebodyElsesUmountEndsTheMount() throws InterruptedException {
        Shell.bash("umount \"$1\"", directory);

        mount.awaitUnmount();
        mount.close();
        assertThat(fuseThreads()).isZero();
    }

    @Test
    void closingAfterALazyUmountWithOpenFilesEndsTheConnection() {
        Process holder = hold();
        Shell.bash("umount -l \"$1\"", directory);

        mount.close();

        holder.destroyForcibly();
        assertThat(fuseThreads()).isZero();
    }

    @Test
    void aSecondMountOnTheDirectoryIsRefused() {
        assertThatThrownBy(() -> KernelMount.mount(
                        fileSystem, () -> FuseConfig.DEFAULT, new InProcessMounter(), directory, "second", counters))
                .hasMessageContaining("mounted on")
                .hasMessageContaining("unmount");
    }

    private void mount(FuseConfig config) throws IOException {
        fileSystem = new TreeFileSystem(tree, Mode.HITS);
        mount = KernelMount.mount(fileSystem, () -> config, new InProcessMounter(), directory, "test", counters);
    }

    private static FuseConfig withDeadline(Duration readDeadline) {
        return Changed.copy(FuseConfig.DEFAULT, "readDeadline", readDeadline);
    }

    private void holdBack(String path) {
        long inode = fileSystem.inodeOf(path);
        fileSystem.holdBack(gate, number -> number == inode);
    }

    /** Opens go through, reads of the file wait: the attributes are in the kernel's memory already. */
    private void holdReads() {
        Shell.bash("stat \"$1/file\"", directory);
        fileSystem.holdReadsBack(gate);
    }

    private int killedWhileWaiting(String command) {
        return Shell.tryBash("timeout -s KILL 0.5 " + command, directory).exitCode();
    }

    private int killedWhileReading(String reader) {
        holdReads();
        return Shell.tryBash("""
                        bash -c '%s' bash "$1" "$2" & pid=$!
                        until [ -e "$2" ]; do sleep 0.01; done
                        sleep 0.2; kill -9 $pid; wait $pid
                        """.formatted(reader.replace("'", "'\\''")), directory, temporary.resolve("opened"))
                .exitCode();
    }

    /** A process that has the file open. */
    private Process hold() {
        try {
            Path opened = temporary.resolve("held");
            Files.deleteIfExists(opened);
            Process process = new ProcessBuilder(
                            "bash",
                            "-c",
                            "exec 3< \"$1/file\"; echo > \"$2\"; exec sleep 60",
                            "bash",
                            directory.toString(),
                            opened.toString())
                    .start();
            await("the file is open", () -> Files.exists(opened));
            return process;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Requests in the background, from where on it holds back, and KiB read ahead, as the kernel shows them. */
    private List<String> limitsOfTheMount() throws IOException {
        long device = (long) Files.getAttribute(directory, "unix:dev");
        long minor =
                (device & 0xff) | ((device >> 12) & ~0xffL); // As glibc puts a dev_t together; the major number is 0.
        Path control = Files.createDirectories(temporary.resolve("control"));
        // fusectl is there once, wherever it is mounted; in its usual place it may not be.
        String limits = Shell.bash("""
                mount -t fusectl fusectl "$1" && trap 'umount "$1"' EXIT
                cat "$1/$2/max_background" "$1/$2/congestion_threshold" "/sys/class/bdi/0:$2/read_ahead_kb"
                """, control, minor);
        return limits.lines().toList();
    }

    private static long fuseThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive() && thread.getName().startsWith("fuse-"))
                .count();
    }

    private static long residentBytes() throws IOException {
        return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ", -1)[1]) * 4096;
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
