package io.blobcache.node.fuse.jnr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.fuse.FuseException;
import io.blobcache.node.fuse.FuseFileSystem;
import io.blobcache.node.posix.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Paths to inodes, without a mount. */
class PathFileSystemTest {
    private static final Duration TTL = Duration.ofSeconds(5);

    private final MemoryFileSystem tree = new MemoryFileSystem()
            .directory("a")
            .directory("a/b")
            .directory("a/b/c")
            .file("a/b/c/file", new byte[] {1});
    private final AtomicLong nanos = new AtomicLong();
    private final PathFileSystem paths = new PathFileSystem(tree, TTL, nanos::get);

    @AfterEach
    void everyLookupIsForgottenAndEveryHandleReleased() {
        paths.close();
        assertThat(tree.remembered()).isZero();
        assertThat(tree.openHandles()).isZero();
    }

    @Test
    void aDeepPathCostsOneLookupWhileItsDirectoriesAreBelieved() throws FuseException {
        paths.attributes("/a/b/c/file");
        assertThat(tree.lookups.get()).isEqualTo(4);
        paths.attributes("/a/b/c/file");
        assertThat(tree.lookups.get()).isEqualTo(5);
    }

    @Test
    void anOpenCostsNoLookupWhileItsPathIsBelieved() throws FuseException {
        paths.attributes("/a/b/c/file");
        long before = tree.lookups.get();
        paths.release(paths.open("/a/b/c/file").handle());
        assertThat(tree.lookups.get()).isEqualTo(before);
    }

    @Test
    void aPathIsWalkedAgainWhenItIsNoLongerBelieved() throws FuseException {
        paths.attributes("/a/b/c/file");
        nanos.addAndGet(TTL.toNanos() + 1);
        paths.release(paths.open("/a/b/c/file").handle());
        assertThat(tree.lookups.get()).isEqualTo(8);
    }

    @Test
    void aRemovedFileIsMissedAtOnceByALookup() throws FuseException {
        paths.attributes("/a/b/c/file");
        tree.remove("a/b/c/file");
        assertErrno(Errno.ENOENT, () -> paths.attributes("/a/b/c/file"));
        assertErrno(Errno.ENOENT, () -> paths.open("/a/b/c/file"));
    }

    @Test
    void aFileThatIsOpenKeepsItsInodeWhateverTheCacheDrops() throws FuseException {
        long handle = paths.open("/a/b/c/file").handle();
        nanos.addAndGet(10 * TTL.toNanos());
        tree.file("a/b/c/file", new byte[] {2, 2});
        assertThat(paths.attributes("/a/b/c/file").sizeBytes()).isEqualTo(1);
        assertThat(read(handle)).isEqualTo((byte) 1);
        long second = paths.open("/a/b/c/file").handle();
        assertThat(read(second)).isEqualTo((byte) 1);
        paths.release(handle);
        paths.release(second);
        assertThat(paths.attributes("/a/b/c/file").sizeBytes()).isEqualTo(2);
    }

    @Test
    void pagesAreKeptOnlyOfTheVersionThatWasReadBefore() throws FuseException {
        PathFileSystem.Opened first = paths.open("/a/b/c/file");
        assertThat(first.keepCache()).isFalse();
        paths.release(first.handle());

        PathFileSystem.Opened again = paths.open("/a/b/c/file");
        assertThat(again.keepCache()).isTrue();
        paths.release(again.handle());

        tree.file("a/b/c/file", new byte[] {2});
        nanos.addAndGet(TTL.toNanos() + 1);
        PathFileSystem.Opened newer = paths.open("/a/b/c/file");
        assertThat(newer.keepCache()).isFalse();
        assertThat(read(newer.handle())).isEqualTo((byte) 2);
        paths.release(newer.handle());
    }

    /** The kernel may see the second answer before the first, which tells it to drop what it has. */
    @Test
    void pagesAreNotKeptByAnOpenThatMayOvertakeTheOneThatDropsThem() throws FuseException {
        PathFileSystem.Opened first = paths.open("/a/b/c/file");
        PathFileSystem.Opened second = paths.open("/a/b/c/file");
        assertThat(second.keepCache()).isFalse();
        read(first.handle());
        PathFileSystem.Opened third = paths.open("/a/b/c/file");
        assertThat(third.keepCache()).isTrue();
        paths.release(first.handle());
        paths.release(second.handle());
        paths.release(third.handle());
    }

    @Test
    void anOpenThatFailsHoldsNothing() {
        tree.openFailure = Errno.EIO;
        assertErrno(Errno.EIO, () -> paths.open("/a/b/c/file"));
        tree.file("a/b/c/file", new byte[] {2, 2});
        nanos.addAndGet(TTL.toNanos() + 1);
    }

    @Test
    void aFileIsNoDirectoryAndADirectoryNoFile() {
        assertErrno(Errno.ENOTDIR, () -> paths.attributes("/a/b/c/file/below"));
        assertErrno(Errno.ENOTDIR, () -> paths.openDirectory("/a/b/c/file"));
        assertErrno(Errno.EISDIR, () -> paths.open("/a/b"));
    }

    @Test
    void aNameOfMoreThan255BytesIsTooLong() {
        assertErrno(Errno.ENOENT, () -> paths.attributes("/" + "ä".repeat(127)));
        assertErrno(Errno.ENAMETOOLONG, () -> paths.attributes("/" + "ä".repeat(128)));
    }

    @Test
    void aNameThatIsNotUtf8IsMissing() {
        tree.file("\uFFFD", new byte[0]);
        assertErrno(Errno.ENOENT, () -> paths.attributes("/\uFFFD"));
        assertErrno(Errno.ENOENT, () -> paths.attributes("/" + "\uFFFD".repeat(255)));
        assertErrno(Errno.ENAMETOOLONG, () -> paths.attributes("/" + "\uFFFD".repeat(256)));
    }

    @Test
    void handlesThatAreNotOpenAreRefused() {
        assertErrno(Errno.EBADF, () -> read(4711));
        assertErrno(Errno.EBADF, () -> paths.attributes(4711));
        paths.release(4711);
        paths.releaseDirectory(4711);
    }

    @Test
    void theCacheIsBounded() throws FuseException {
        for (int i = 0; i < PathTree.MAX_NODES + 500; i++) {
            tree.file("f" + i, new byte[0]);
            paths.attributes("/f" + i);
        }
        assertThat(tree.remembered()).isLessThanOrEqualTo(PathTree.MAX_NODES);
    }

    /** Any order of calls leaves every count at zero: see the check after each test. */
    @Test
    void randomCallsBalanceTheirClaims() throws FuseException {
        Random random = new Random(42);
        Deque<Long> open = new ArrayDeque<>();
        for (int i = 0; i < 5_000; i++) {
            switch (random.nextInt(6)) {
                case 0 -> paths.attributes("/a/b/c/file");
                case 1 -> open.add(paths.open("/a/b/c/file").handle());
                case 2 -> nanos.addAndGet(TTL.toNanos() / 3);
                case 3 -> tree.file("a/b/c/file", new byte[] {(byte) i});
                case 4 -> paths.releaseDirectory(paths.openDirectory("/a/b"));
                default -> {
                    Long handle = open.poll();
                    if (handle != null) {
                        read(handle);
                        paths.release(handle);
                    }
                }
            }
        }
        assertThat(paths.attributes("/").inode()).isEqualTo(FuseFileSystem.ROOT_INODE);
    }

    private byte read(long handle) throws FuseException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(1);
            assertThat(paths.read(handle, 0, 1, into)).isEqualTo(1);
            return into.get(ValueLayout.JAVA_BYTE, 0);
        }
    }

    private static void assertErrno(Errno errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FuseException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }
}
