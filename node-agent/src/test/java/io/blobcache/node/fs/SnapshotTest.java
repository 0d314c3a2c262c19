package io.blobcache.node.fs;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.fuse.FuseException;
import io.blobcache.node.fuse.FuseFileSystem;
import io.blobcache.node.fuse.OpenedDirectory;
import io.blobcache.node.fuse.Patience;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.posix.Errno;
import io.blobcache.node.source.ListingPage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Open directories while their listing arrives, fails, is shared and is given up. */
class SnapshotTest {
    private static final long ROOT = FuseFileSystem.ROOT_INODE;
    private static final int ENTRIES = 2500;

    private final PagedSource source = new PagedSource();

    @TempDir
    private Path state;

    private Mounted mounted;

    @BeforeEach
    void mount() {
        for (int i = 0; i < ENTRIES; i++) {
            source.file("f%04d".formatted(i), "v", i);
        }
        mounted = new Mounted(source, state);
    }

    @AfterEach
    void unmount() {
        source.laterPages.countDown();
        mounted.close();
    }

    @Test
    void theFirstEntriesComeWithTheFirstPage() throws FuseException {
        long handle = mounted.openDirectory(ROOT).handle();
        Listed first = new Listed(false, 5000);
        assertThat(mounted.files.readDirectory(handle, 0, first, Patience.NONE)).isTrue();
        assertThat(first.items).hasSize(2 + 999);

        Listed next = new Listed(false, 5000);
        long cookie = first.items.getLast().nextCookie();
        assertThat(mounted.files.readDirectory(handle, cookie, next, Patience.NONE))
                .isFalse();
        assertThat(next.items).isEmpty();

        source.laterPages.countDown();
        assertThat(mounted.readAll(handle, cookie, false, 500)).hasSize(ENTRIES - 999);
    }

    @Test
    void namesThatHaveArrivedAreKnownBeforeTheRest() throws FuseException {
        mounted.openDirectory(ROOT);
        assertThat(mounted.lookup("f0500").attributes().sizeBytes()).isEqualTo(500);
        assertThat(mounted.lookupError("f0500x")).isEqualTo(Errno.ENOENT);
        assertThat(source.stats.get()).isZero();
        assertThat(mounted.lookup("f2000").attributes().sizeBytes()).isEqualTo(2000);
        assertThat(source.stats.get()).isEqualTo(1);
    }

    @Test
    void aHundredReadersOfAColdDirectoryAreOneListing() throws Exception {
        source.laterPages.countDown();
        source.delayMillis = 5;
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> listed = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                listed.add(readers.submit(() -> mounted.list(ROOT, false, 300).size()));
            }
            for (Future<Integer> size : listed) {
                assertThat(size.get()).isEqualTo(ENTRIES + 2);
            }
        }
        assertThat(source.lists.get()).isEqualTo(3);
    }

    @Test
    void aHundredReadersOfOneNameAreOneQuestion() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        source.gate = gate;
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> found = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                found.add(readers.submit(
                        () -> mounted.lookup("f0001").attributes().sizeBytes()));
            }
            Poll.until(() -> source.running.get() == 1);
            gate.countDown();
            for (Future<Long> size : found) {
                assertThat(size.get()).isEqualTo(1);
            }
        }
        assertThat(source.stats.get()).isEqualTo(1);
    }

    @Test
    void aReaderThatGivesUpDisturbsNoOther() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        source.gate = gate;
        source.laterPages.countDown();
        AtomicReference<@Nullable Errno> given = new AtomicReference<>();
        Thread impatient =
                Thread.ofVirtual().start(() -> given.set(Mounted.errorOf(() -> mounted.openDirectory(ROOT))));
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> other =
                    readers.submit(() -> mounted.list(ROOT, false, 300).size());
            Poll.until(() -> impatient.getState() == Thread.State.WAITING && source.running.get() == 1);
            impatient.interrupt();
            impatient.join();
            gate.countDown();
            assertThat(other.get()).isEqualTo(ENTRIES + 2);
        }
        assertThat(given.get()).isEqualTo(Errno.EINTR);
        assertThat(source.lists.get()).isEqualTo(3);
    }

    @Test
    void aListingThatFailedOnItsWayGoesOnWhereItStopped() throws FuseException {
        source.laterPages.countDown();
        source.failingPage = 2;
        long handle = mounted.openDirectory(ROOT).handle();
        List<Listed.Item> read = new ArrayList<>();
        Errno errno = Mounted.errorOf(() -> {
            long cookie = 0;
            while (true) {
                Listed listed = new Listed(false, 100);
                assertThat(mounted.files.readDirectory(handle, cookie, listed, Patience.WAIT))
                        .isTrue();
                assertThat(listed.items).as("an end where there is none").isNotEmpty();
                read.addAll(listed.items);
                cookie = listed.items.getLast().nextCookie();
            }
        });
        assertThat(errno).isEqualTo(Errno.EIO);
        assertThat(read).hasSize(2 + 999);

        source.failingPage = 0;
        mounted.pass(1_001);
        read.addAll(mounted.readAll(handle, read.getLast().nextCookie(), false, 100));
        assertThat(read).extracting(Listed.Item::name).doesNotHaveDuplicates().hasSize(ENTRIES + 2);
    }

    @Test
    void theLastWholeListingIsServedWhenANewOneBreaksOff() throws FuseException {
        source.laterPages.countDown();
        assertThat(mounted.names("")).hasSize(ENTRIES);
        source.failingPage = 2;
        mounted.pass(5_001);
        // This one has begun to read the new listing and is told that it broke off.
        assertThat(Mounted.errorOf(() -> mounted.names(""))).isEqualTo(Errno.EIO);
        assertThat(mounted.names("")).hasSize(ENTRIES);
        assertThat(mounted.lookup("f2400").attributes().sizeBytes()).isEqualTo(2400);
        assertThat(mounted.lookupError("f2400x")).isEqualTo(Errno.ENOENT);
        assertThat(mounted.counters.staleAnswers.sum()).isPositive();
    }

    @Test
    void aListingThatNobodyReadsIsNotFinished() throws FuseException {
        source.pageEntries = 10;
        OpenedDirectory directory = mounted.openDirectory(ROOT);
        mounted.files.releaseDirectory(directory.handle());
        source.laterPages.countDown();
        Poll.until(() -> source.running.get() == 0);
        assertThat(source.lists.get()).isLessThanOrEqualTo(3);

        // Within its time it is taken up again, not begun anew.
        assertThat(mounted.names("")).hasSize(ENTRIES);
        assertThat(source.lists.get()).isEqualTo(ENTRIES / 10);
    }

    @Test
    void anOpenDirectoryIsReadInParallelAndFromAnyPlace() throws Exception {
        source.laterPages.countDown();
        long handle = mounted.openDirectory(ROOT).handle();
        List<Listed.Item> whole = mounted.readAll(handle, 0, false, 100);
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> reads = new ArrayList<>();
            for (int reader = 0; reader < 8; reader++) {
                int start = reader * 300;
                reads.add(readers.submit(() -> {
                    assertThat(mounted.readAll(handle, whole.get(start).nextCookie(), false, 37))
                            .isEqualTo(whole.subList(start + 1, whole.size()));
                    return null;
                }));
            }
            for (Future<?> read : reads) {
                read.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    /** Can hold back, or fail, what comes after the first page. */
    private static final class PagedSource extends TreeSource {
        final CountDownLatch laterPages = new CountDownLatch(1);
        volatile int failingPage;
        private int page;

        @Override
        public ListingPage list(String directory, String afterToken) throws BlobException {
            page = afterToken.isEmpty() ? 1 : page + 1;
            if (page == failingPage) {
                page--;
                throw new BlobException.Unavailable("page " + failingPage, null);
            }
            if (!afterToken.isEmpty()) {
                try {
                    laterPages.await();
                } catch (InterruptedException e) {
                    throw new BlobException.Interrupted("test");
                }
            }
            return super.list(directory, afterToken);
        }
    }
}
