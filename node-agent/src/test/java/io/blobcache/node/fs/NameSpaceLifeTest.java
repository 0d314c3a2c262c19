package io.blobcache.node.fs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.blobcache.node.fuse.FileType;
import io.blobcache.node.fuse.FuseEntry;
import io.blobcache.node.fuse.FuseException;
import io.blobcache.node.fuse.FuseFileSystem;
import io.blobcache.node.fuse.OpenedFile;
import io.blobcache.node.fuse.Patience;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.posix.Errno;
import io.blobcache.node.source.SourceEntry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lasts and what does not: over restarts, under pressure, with a source that comes and goes. */
class NameSpaceLifeTest {
    private static final long ROOT = FuseFileSystem.ROOT_INODE;

    @TempDir
    private Path state;

    @Test
    void inodeNumbersSurviveARestart() throws FuseException {
        TreeSource source = new TreeSource().file("d/f", "v1", 1).link("d/l", "f");
        List<Long> before;
        try (Mounted mounted = new Mounted(source, state)) {
            before = inodes(mounted);
        }
        try (Mounted mounted = new Mounted(source, state)) {
            assertThat(inodes(mounted)).isEqualTo(before).doesNotContain(0L, 1L).doesNotHaveDuplicates();
        }
    }

    @Test
    void aPathThatChangesItsTypeIsAnotherInode() throws FuseException {
        TreeSource source = new TreeSource().file("a", "v1", 1);
        try (Mounted mounted = new Mounted(source, state)) {
            FuseEntry file = mounted.lookup("a");
            source.remove("a");
            source.file("a/b", "v1", 2);
            mounted.pass(5_001);
            FuseEntry directory = mounted.lookup("a");
            assertThat(directory.attributes().type()).isEqualTo(FileType.DIRECTORY);
            assertThat(mounted.lookup("a/b").attributes().sizeBytes()).isEqualTo(2);
            source.remove("a/b");
            source.link("a", "elsewhere");
            mounted.pass(5_001);
            FuseEntry link = mounted.lookup("a");
            assertThat(List.of(file.inode(), directory.inode(), link.inode())).doesNotHaveDuplicates();
            assertThat(mounted.files.readLink(link.inode(), Patience.NONE)).isEqualTo("elsewhere");
            assertThat(Mounted.errorOf(() -> mounted.lookup("a/b"))).isEqualTo(Errno.ENOTDIR);
        }
    }

    @Test
    void whatIsLeftOfAnEarlierProcessIsDeletedAndNothingElse() throws IOException {
        Path listings = Files.createDirectories(state.resolve("listings"));
        Files.writeString(listings.resolve("12.listing"), "old");
        Files.writeString(listings.resolve("notes"), "not ours");
        new Mounted(new TreeSource(), state).close();
        try (Stream<Path> left = Files.list(listings)) {
            assertThat(left).containsExactly(listings.resolve("notes"));
        }
    }

    @Test
    void listingsAreBoundedInFilesAndAnOpenOneOutlivesItsRemoval() throws FuseException {
        BigSource source = new BigSource(270, 3400);
        try (Mounted mounted = new Mounted(source, state)) {
            List<Listed.Item> directories = mounted.list(ROOT, true, 1000);
            long first = mounted.openDirectory(directories.get(2).inode()).handle();
            List<Listed.Item> entries = mounted.readAll(first, 0, false, 1000);
            for (Listed.Item directory : directories.subList(2, directories.size())) {
                assertThat(mounted.list(directory.inode(), false, 5000)).hasSize(3402);
            }
            assertThat(mounted.counters.evictedListings.sum()).isPositive();
            assertThat(openListingFiles()).isBetween(100L, 258L);
            assertThat(mounted.readAll(first, 0, false, 1000)).isEqualTo(entries);
        }
        assertThat(openListingFiles()).isZero();
    }

    @Test
    void manyLookupsInOneDirectoryBecomeAListing() throws FuseException {
        TreeSource source = new TreeSource();
        for (int i = 0; i < 100; i++) {
            source.file("d/%02d".formatted(i), "v", i);
        }
        try (Mounted mounted = new Mounted(source, state)) {
            for (int i = 0; i < 4; i++) {
                mounted.lookup("d/%02d".formatted(i));
            }
            Poll.until(() -> source.lists.get() == 1 && source.running.get() == 0);
            Poll.until(() -> {
                int before = source.stats.get();
                mounted.lookup("d/%02d".formatted(before + 10));
                return source.stats.get() == before;
            });
            int stats = source.stats.get();
            for (int i = 0; i < 100; i++) {
                mounted.lookup("d/%02d".formatted(i));
            }
            assertThat(source.stats.get()).isEqualTo(stats);
        }
    }

    @Test
    void aClockThatIsSetBackMakesNothingYoung() throws FuseException {
        TreeSource source = new TreeSource().file("f", "v1", 1);
        try (Mounted mounted = new Mounted(source, state)) {
            mounted.names("");
            mounted.lookup("f");
            source.file("f", "v2", 2);
            mounted.pass(-500_000);
            assertThat(mounted.lookup("f").attributes().sizeBytes()).isEqualTo(2);
            assertThat(mounted.names("")).containsExactly("f");
            assertThat(source.lists.get()).isEqualTo(2);
        }
    }

    @Test
    void everyReasonHasItsErrorNumber() {
        assertThat(Errors.of(new BlobException.NotFound("x"))).isEqualTo(Errno.ENOENT);
        assertThat(Errors.of(new BlobException.Denied("x", null))).isEqualTo(Errno.EACCES);
        assertThat(Errors.of(new BlobException.Changed("x"))).isEqualTo(Errno.ESTALE);
        assertThat(Errors.of(new BlobException.Unavailable("x", null))).isEqualTo(Errno.EIO);
        assertThat(Errors.of(new BlobException.TimedOut("x", null))).isEqualTo(Errno.ETIMEDOUT);
        assertThat(Errors.of(new BlobException.Corrupt("x"))).isEqualTo(Errno.EIO);
        assertThat(Errors.of(new BlobException.Interrupted("x"))).isEqualTo(Errno.EINTR);
    }

    @Test
    void aRefusalIsNotAnsweredFromMemory() throws FuseException {
        TreeSource source = new TreeSource().file("f", "v1", 1);
        try (Mounted mounted = new Mounted(source, state)) {
            mounted.lookup("f");
            assertThat(mounted.files.sourceReachable()).isTrue();
            source.failure = new BlobException.Denied("no", null);
            mounted.pass(5_001);
            assertThat(mounted.lookupError("f")).isEqualTo(Errno.EACCES);
        }
    }

    @Test
    void aFileOfEveryLengthCanBeOpenedAndReadAtItsEnd() throws FuseException {
        TreeSource source = new TreeSource()
                .file("empty", "v", 0)
                .file("huge", "v", (long) Integer.MAX_VALUE << 20)
                .file("monstrous", "v", Long.MAX_VALUE)
                .entry("wrong", new SourceEntry.File("wrong", "v", -1, TreeSource.MODIFIED, false));
        try (Mounted mounted = new Mounted(source, state);
                Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(16);
            long empty = open(mounted, "empty");
            assertThat(mounted.files.read(empty, 0, 16, into, 0, Patience.WAIT)).isZero();
            assertThat(mounted.files.read(empty, Long.MAX_VALUE, 16, into, 0, Patience.WAIT))
                    .isZero();
            long huge = open(mounted, "huge");
            long end = (long) Integer.MAX_VALUE << 20;
            assertThat(mounted.files.read(huge, end - 3, 16, into, 0, Patience.WAIT))
                    .isEqualTo(3);
            assertThat(mounted.files.read(huge, Long.MAX_VALUE, Integer.MAX_VALUE, into, 0, Patience.WAIT))
                    .isZero();
            assertThat(Mounted.errorOf(() -> open(mounted, "monstrous"))).isEqualTo(Errno.EFBIG);
            assertThat(mounted.lookup("monstrous").attributes().sizeBytes()).isEqualTo(Long.MAX_VALUE);
            assertThat(Mounted.errorOf(() -> mounted.files.read(huge, Long.MIN_VALUE, 16, into, 0, Patience.WAIT)))
                    .isEqualTo(Errno.EINVAL);
            assertThat(Mounted.errorOf(() -> mounted.files.read(huge, 0, -1, into, 0, Patience.WAIT)))
                    .isEqualTo(Errno.EINVAL);
            assertThat(mounted.lookupError("wrong")).isEqualTo(Errno.ENOENT);
            assertThat(mounted.names("")).containsExactly("empty", "huge", "monstrous");
            assertThat(mounted.counters.hiddenEntries.sum()).isEqualTo(2);
        }
    }

    @Test
    void aReadThatHitsAllocatesNothing() throws FuseException {
        TreeSource source = new TreeSource().file("f", "v1", 1 << 20);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Mounted mounted = new Mounted(source, state);
                Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(16);
            long handle = open(mounted, "f");
            read(mounted, handle, into, 20_000);
            long before = threads.getCurrentThreadAllocatedBytes();
            read(mounted, handle, into, 20_000);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(20_000);
        }
    }

    /** Goal: whatever meets, nobody sees an error but of the source, and nothing stays open. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void manyReadersOfAChangingSourceLeaveNothingBehind(long seed) throws Exception {
        TreeSource source = new TreeSource();
        source.pageEntries = 50;
        for (int i = 0; i < 4000; i++) {
            source.file("d%d/%s-%05d".formatted(i % 4, "x".repeat(100), i), "v", i);
        }
        try (Mounted mounted = new Mounted(source, state);
                ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> ends = new ArrayList<>();
            for (int reader = 0; reader < 8; reader++) {
                Random random = new Random(seed * 100 + reader);
                ends.add(readers.submit(() -> {
                    for (int step = 0; step < 150; step++) {
                        step(mounted, source, random);
                    }
                    return null;
                }));
            }
            for (Future<?> end : ends) {
                end.get();
            }
            assertThat(mounted.openBlobs.get()).isZero();
        }
        Poll.until(() -> openListingFiles() == 0);
    }

    private static void step(Mounted mounted, TreeSource source, Random random) {
        String directory = "d" + random.nextInt(4);
        int file = random.nextInt(1000) * 4 + directory.charAt(1) - '0';
        String path = "%s/%s-%05d".formatted(directory, "x".repeat(100), file);
        try {
            switch (random.nextInt(12)) {
                case 0 -> source.file(path, "v" + random.nextInt(), 1);
                case 1 -> mounted.pass(random.nextInt(3_000));
                case 2 -> source.failure = new BlobException.Unavailable("down", null);
                case 3, 4 -> source.failure = null;
                case 5, 6, 7 ->
                    assertThat(mounted.list(mounted.lookup(directory).inode(), random.nextBoolean(), 200))
                            .hasSize(1002);
                case 8 ->
                    mounted.files.releaseDirectory(
                            mounted.openDirectory(mounted.lookup(directory).inode())
                                    .handle());
                default -> mounted.files.release(open(mounted, path));
            }
        } catch (FuseException e) {
            assertThat(e.errno()).isIn(Errno.EIO, Errno.ESTALE);
        }
    }

    private static List<Long> inodes(Mounted mounted) throws FuseException {
        return List.of(
                mounted.lookup("d").inode(),
                mounted.lookup("d/f").inode(),
                mounted.lookup("d/l").inode());
    }

    private static long open(Mounted mounted, String path) throws FuseException {
        OpenedFile file = mounted.files.open(mounted.lookup(path).inode(), Patience.WAIT);
        if (file == null) {
            throw new AssertionError("a patient open answered null");
        }
        return file.handle();
    }

    private static void read(Mounted mounted, long handle, MemorySegment into, int times) throws FuseException {
        for (int i = 0; i < times; i++) {
            mounted.files.read(handle, i, 16, into, 0, Patience.NONE);
        }
    }

    private long openListingFiles() {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(this::isListing).count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private boolean isListing(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith(state.resolve("listings") + "/");
        } catch (IOException _) {
            return false; // It was closed while we looked, or was the one that we look with.
        }
    }
}
