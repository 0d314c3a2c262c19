package io.blobcache.node.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.blobcache.node.fuse.FileType;
import io.blobcache.node.fuse.FuseAttributes;
import io.blobcache.node.fuse.FuseEntry;
import io.blobcache.node.fuse.FuseException;
import io.blobcache.node.fuse.FuseFileSystem;
import io.blobcache.node.fuse.OpenedDirectory;
import io.blobcache.node.fuse.OpenedFile;
import io.blobcache.node.fuse.Patience;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlobId;
import io.blobcache.node.posix.Errno;
import io.blobcache.node.source.SourceEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobFileSystemTest {
    private static final long ROOT = FuseFileSystem.ROOT_INODE;

    private final TreeSource source = new TreeSource();

    @TempDir
    private Path state;

    private Mounted mounted;

    @BeforeEach
    void mount() {
        mounted = new Mounted(source, state);
    }

    @AfterEach
    void unmount() {
        mounted.close();
    }

    @Test
    void attributesAreThoseOfTheSource() throws FuseException {
        source.file("d/f", "v1", 1234)
                .entry("d/x", new SourceEntry.File("d/x", "v", 5, Instant.parse("1969-12-31T23:59:59.5Z"), true))
                .link("d/l", "../é");

        FuseAttributes file = mounted.lookup("d/f").attributes();
        assertThat(file)
                .isEqualTo(new FuseAttributes(
                        BlobId.of("test://tree", "d/f", "v1").word0(),
                        FileType.FILE,
                        1234,
                        TreeSource.MODIFIED.getEpochSecond(),
                        6_000_000,
                        0444,
                        1,
                        7,
                        8));
        FuseAttributes early = mounted.lookup("d/x").attributes();
        assertThat(early.permissions()).isEqualTo(0555);
        assertThat(early.modifiedSeconds()).isEqualTo(-1);
        assertThat(early.modifiedNanos()).isEqualTo(500_000_000);
        FuseAttributes directory = mounted.lookup("d").attributes();
        assertThat(directory.type()).isEqualTo(FileType.DIRECTORY);
        assertThat(directory.permissions()).isEqualTo(0555);
        assertThat(directory.links()).isOne();
        assertThat(directory.modifiedSeconds()).isEqualTo(Mounted.CREATED.getEpochSecond());
        FuseEntry link = mounted.lookup("d/l");
        assertThat(link.attributes().type()).isEqualTo(FileType.SYMLINK);
        assertThat(link.attributes().sizeBytes()).isEqualTo(5);
        assertThat(link.attributes().permissions()).isEqualTo(0777);
        assertThat(mounted.files.readLink(link.inode(), Patience.NONE)).isEqualTo("../é");
    }

    @Test
    void aListingAnswersLookupsWithoutTheSource() throws FuseException {
        source.file("d/f", "v1", 1).file("d/g", "v1", 2);
        assertThat(mounted.names("d")).containsExactly("f", "g");
        int stats = source.stats.get();

        assertThat(mounted.lookup("d/f").attributes().sizeBytes()).isEqualTo(1);
        assertThat(mounted.lookupError("d/nothing")).isEqualTo(Errno.ENOENT);
        assertThat(source.stats.get()).isEqualTo(stats);
    }

    @Test
    void anImpatientCallAsksButDoesNotWait() throws Exception {
        source.file("f", "v1", 1);
        CountDownLatch gate = new CountDownLatch(1);
        source.gate = gate;
        for (int i = 0; i < 10; i++) {
            assertThat(mounted.files.lookup(ROOT, "f", Patience.NONE)).isNull();
            assertThat(mounted.files.openDirectory(ROOT, Patience.NONE)).isNull();
        }
        gate.countDown();

        FuseEntry entry = mounted.lookup("f");
        assertThat(mounted.files.lookup(ROOT, "f", Patience.NONE)).isEqualTo(entry);
        mounted.names("");
        assertThat(source.stats.get()).isEqualTo(1);
        assertThat(source.lists.get()).isEqualTo(1);
        mounted.pass(5_001);
        assertThat(mounted.files.open(entry.inode(), Patience.NONE)).isNull();
    }

    @Test
    void aChangedObjectIsANewInodeForNewOpensOnly() throws FuseException {
        source.file("f", "v1", 10);
        FuseEntry old = mounted.lookup("f");
        OpenedFile open = open(old.inode());
        source.file("f", "v2", 20);
        mounted.pass(5_001);

        assertThat(Mounted.errorOf(() -> open(old.inode()))).isEqualTo(Errno.ESTALE);
        FuseEntry young = mounted.lookup("f");
        assertThat(young.inode()).isNotEqualTo(old.inode());
        assertThat(young.attributes().sizeBytes()).isEqualTo(20);
        assertThat(mounted.files.attributes(old.inode(), Patience.NONE).sizeBytes())
                .isEqualTo(10);
        open(young.inode());
        assertThat(mounted.opened).extracting(blob -> blob.version()).containsExactly("v1", "v2");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(64);
            assertThat(mounted.files.read(open.handle(), 5, 60, into, 0, Patience.WAIT))
                    .isEqualTo(5);
            assertThat(mounted.files.read(open.handle(), 10, 60, into, 0, Patience.WAIT))
                    .isZero();
        }
    }

    @Test
    void aFileOfMoreThanTwoPebibytesIsShownButNotOpened() throws FuseException {
        long blocks = Integer.MAX_VALUE;
        source.file("countable", "v1", blocks << 20).file("longer", "v1", (blocks << 20) + 1);

        open(mounted.lookup("countable").inode());
        FuseEntry longer = mounted.lookup("longer");

        assertThat(longer.attributes().sizeBytes()).isEqualTo((blocks << 20) + 1);
        assertThat(Mounted.errorOf(() -> open(longer.inode()))).isEqualTo(Errno.EFBIG);
    }

    @Test
    void withinItsTimeAnOpenAsksNoSource() throws FuseException {
        source.file("f", "v1", 10);
        FuseEntry entry = mounted.lookup("f");
        mounted.pass(4_999);
        assertThat(mounted.files.open(entry.inode(), Patience.NONE)).isNotNull();
        mounted.pass(2);
        open(entry.inode());
        mounted.pass(4_000);
        open(entry.inode());
        assertThat(source.stats.get()).isEqualTo(2);
    }

    @Test
    void aMissingNameIsBelievedForTwoSeconds() throws FuseException {
        assertThat(mounted.lookupError("f")).isEqualTo(Errno.ENOENT);
        source.file("f", "v1", 10);
        mounted.pass(1_999);
        assertThat(mounted.lookupError("f")).isEqualTo(Errno.ENOENT);
        mounted.pass(2);
        assertThat(mounted.lookup("f").attributes().sizeBytes()).isEqualTo(10);
    }

    @Test
    void theKernelMayBelieveANameForTheRestOfItsTime() throws FuseException {
        source.file("d/f", "v1", 10);
        assertThat(mounted.lookup("d/f").believedMillis()).isEqualTo(5_000);
        mounted.pass(4_200);
        assertThat(mounted.lookup("d/f").believedMillis()).isEqualTo(800);
        source.failure = new BlobException.Unavailable("down", null);
        mounted.pass(60_000);
        assertThat(mounted.lookup("d/f").believedMillis()).isZero();
    }

    @Test
    void anEntryOfAListingIsAsOldAsTheListing() throws FuseException {
        source.file("d/f", "v1", 10);
        mounted.names("d");
        mounted.pass(4_200);
        List<Listed.Item> items = mounted.list(mounted.lookup("d").inode(), true, 1000);
        FuseEntry entry = items.getLast().entry();
        assertThat(entry == null ? -1 : entry.believedMillis()).isEqualTo(800);
    }

    @Test
    void theKernelMayBelieveThatANameIsMissingForTheRestOfItsTime() {
        FuseException young = assertThrows(FuseException.class, () -> mounted.lookup("f"));
        assertThat(young.believedMillis()).isEqualTo(2_000);
        mounted.pass(1_500);
        FuseException old = assertThrows(FuseException.class, () -> mounted.lookup("f"));
        assertThat(old.believedMillis()).isEqualTo(500);
    }

    @Test
    void aDeletedFileIsGoneAfterItsTime() throws FuseException {
        source.file("d/f", "v1", 10).file("d/g", "v1", 10);
        FuseEntry entry = mounted.lookup("d/f");
        mounted.names("d");
        source.remove("d/f");
        mounted.pass(5_001);
        assertThat(mounted.lookupError("d/f")).isEqualTo(Errno.ENOENT);
        assertThat(Mounted.errorOf(() -> open(entry.inode()))).isEqualTo(Errno.ENOENT);
        assertThat(mounted.names("d")).containsExactly("g");
    }

    @Test
    void unreachableIsNeverDeleted() throws FuseException {
        source.file("d/f", "v1", 10);
        FuseEntry entry = mounted.lookup("d/f");
        mounted.names("d");
        assertThat(mounted.lookupError("unknown")).isEqualTo(Errno.ENOENT);
        source.failure = new BlobException.Unavailable("down", null);
        mounted.pass(60_000);

        assertThat(mounted.lookup("d/f").inode()).isEqualTo(entry.inode());
        assertThat(mounted.names("d")).containsExactly("f");
        open(entry.inode());
        assertThat(mounted.lookupError("d/unknown/x")).isEqualTo(Errno.ENOENT);
        assertThat(mounted.lookupError("unknown")).isEqualTo(Errno.EIO);
        assertThat(mounted.counters.staleAnswers.sum()).isPositive();

        source.failure = null;
        source.file("d/g", "v1", 10);
        mounted.pass(60_000);
        Poll.until(() -> mounted.names("d").equals(List.of("f", "g")));
    }

    @Test
    void aFailingPathIsAskedForOnceASecond() throws FuseException {
        source.failure = new BlobException.TimedOut("slow", null);
        for (int i = 0; i < 100; i++) {
            assertThat(mounted.lookupError("f")).isEqualTo(Errno.ETIMEDOUT);
        }
        assertThat(source.stats.get()).isEqualTo(1);
        mounted.pass(1_001);
        assertThat(mounted.lookupError("f")).isEqualTo(Errno.ETIMEDOUT);
        assertThat(source.stats.get()).isEqualTo(2);
    }

    @Test
    void theKernelMayKeepAListingThatIsTheSame() throws FuseException {
        source.file("d/f", "v1", 10);
        long d = mounted.lookup("d").inode();
        assertThat(openAndClose(d)).isFalse();
        assertThat(openAndClose(d)).isTrue();
        mounted.pass(6_000);
        assertThat(openAndClose(d)).isTrue();
        assertThat(source.lists.get()).isEqualTo(2);
        source.file("d/g", "v1", 10);
        mounted.pass(6_000);
        assertThat(openAndClose(d)).isFalse();
        assertThat(openAndClose(d)).isTrue();
    }

    @Test
    void theKernelMayNotKeepWhatTwoSnapshotsHaveFilled() throws FuseException {
        source.file("d/f", "v1", 10);
        long d = mounted.lookup("d").inode();
        OpenedDirectory first = mounted.openDirectory(d);
        source.file("d/g", "v1", 10);
        mounted.pass(6_000);
        OpenedDirectory second = mounted.openDirectory(d);
        assertThat(second.keepCache()).isFalse();
        assertThat(mounted.openDirectory(d).keepCache()).isFalse();
        assertThat(mounted.readAll(first.handle(), 0, false, 9)).hasSize(3);
        assertThat(mounted.readAll(second.handle(), 0, false, 9)).hasSize(4);
    }

    @Test
    void lookupsAreCountedAndForgotten() throws FuseException {
        source.file("d/f", "v1", 10).file("d/g", "v1", 10);
        long d = mounted.lookup("d").inode();
        assertThat(mounted.files.knownInodes()).isEqualTo(1);
        List<Listed.Item> items = mounted.list(d, true, 1000);
        assertThat(mounted.files.knownInodes()).isEqualTo(3);
        assertThat(items).allSatisfy(item -> assertThat(item.entry()).isNotNull());
        long f = mounted.lookup("d/f").inode();
        mounted.files.forget(f, 1);
        assertThat(mounted.files.knownInodes()).isEqualTo(3);
        mounted.files.forget(f, 1);
        mounted.files.forget(items.get(3).inode(), 1);
        mounted.files.forget(d, 2);
        assertThat(mounted.files.knownInodes()).isZero();
        assertThat(Mounted.errorOf(() -> mounted.files.attributes(f, Patience.WAIT)))
                .isEqualTo(Errno.ESTALE);
    }

    @Test
    void handlesAreNeverMistaken() throws FuseException {
        source.file("f", "v1", 10);
        long f = mounted.lookup("f").inode();
        long first = open(f).handle();
        mounted.files.release(first);
        long second = open(f).handle();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(8);
            assertThat(Mounted.errorOf(() -> mounted.files.read(first, 0, 8, into, 0, Patience.WAIT)))
                    .isEqualTo(Errno.EBADF);
            assertThat(Mounted.errorOf(() -> mounted.files.read(second, -1, 8, into, 0, Patience.WAIT)))
                    .isEqualTo(Errno.EINVAL);
            assertThat(mounted.files.read(second, 2, 8, into, 0, Patience.WAIT)).isEqualTo(8);
        }
        mounted.files.release(first);
        mounted.files.release(second);
        assertThat(mounted.openBlobs.get()).isZero();
    }

    @Test
    void everySinkCapacityGivesTheSameListing() throws FuseException {
        for (int i = 0; i < 20; i++) {
            source.file("d/" + i, "v1", i);
        }
        source.pageEntries = 3;
        long d = mounted.lookup("d").inode();
        List<Listed.Item> whole = mounted.list(d, false, 1000);
        assertThat(whole).hasSize(22);
        for (int capacity = 1; capacity <= 23; capacity++) {
            assertThat(mounted.list(d, false, capacity)).isEqualTo(whole);
            assertThat(mounted.list(d, true, capacity))
                    .extracting(Listed.Item::name)
                    .isEqualTo(whole.stream().map(Listed.Item::name).toList());
        }
        long known = mounted.files.knownInodes();
        assertThat(known).isEqualTo(21);
    }

    @Test
    void anyCookieThatWasGivenCanBeGivenAgain() throws FuseException {
        for (int i = 0; i < 200; i++) {
            source.file("d/" + i, "v1", i);
        }
        long handle = mounted.openDirectory(mounted.lookup("d").inode()).handle();
        List<Listed.Item> whole = mounted.readAll(handle, 0, false, 1000);
        for (int i = whole.size() - 1; i >= 0; i--) {
            assertThat(mounted.readAll(handle, whole.get(i).nextCookie(), false, 1000))
                    .isEqualTo(whole.subList(i + 1, whole.size()));
        }
        long within = whole.get(100).nextCookie() + 1;
        assertThat(Mounted.errorOf(() -> mounted.readAll(handle, within, false, 1000)))
                .isEqualTo(Errno.EINVAL);
        for (long forged : new long[] {2, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThat(Mounted.errorOf(() -> mounted.readAll(handle, forged, false, 1000)))
                    .isEqualTo(Errno.EINVAL);
        }
    }

    private OpenedFile open(long inode) throws FuseException {
        OpenedFile file = mounted.files.open(inode, Patience.WAIT);
        if (file == null) {
            throw new AssertionError("a patient open answered null");
        }
        return file;
    }

    private boolean openAndClose(long inode) throws FuseException {
        OpenedDirectory directory = mounted.openDirectory(inode);
        mounted.files.releaseDirectory(directory.handle());
        return directory.keepCache();
    }
}
