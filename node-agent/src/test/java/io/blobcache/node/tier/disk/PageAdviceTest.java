package io.blobcache.node.tier.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.posix.FileCalls;
import io.blobcache.node.posix.Posix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a real file and with the kernel's own count of its pages. */
class PageAdviceTest {
    private static final long FILE_BYTES = 160 << 20;
    private static final int READ = 1 << 20;

    private final TierCounters counters = new TierCounters();
    private final DeviceCalls calls =
            new DeviceCalls(Thread.ofPlatform().daemon().factory(), System::nanoTime);
    private Path path;
    private DataFile file;

    @BeforeEach
    void open() throws IOException {
        // Not /tmp, which is memory on some systems.
        path = Files.createTempFile(Files.createDirectories(Path.of("target").toAbsolutePath()), "advice", ".bin");
        int fd = Posix.open(path.toString(), Posix.O_RDWR, 0);
        assertThat(Posix.ftruncate(fd, FILE_BYTES)).isZero();
        file = new DataFile(fd);
    }

    @AfterEach
    void close() throws IOException {
        calls.close();
        file.release();
        Files.delete(path);
    }

    @Test
    void aReaderInOrderOfALongBlobLeavesFewPages() {
        readAll(advice(true, FILE_BYTES - 1));
        assertThat(cachedBytes()).isLessThan(FILE_BYTES - ReadPattern.DROP_BYTES + READ);
        assertThat(counters.advice(Posix.FADV_SEQUENTIAL).sum()).isEqualTo(1);
        assertThat(counters.advice(Posix.FADV_DONTNEED).sum()).isPositive();
    }

    @Test
    void aReaderOfABlobThatFitsLeavesItsPages() {
        readAll(advice(true, FILE_BYTES));
        assertThat(cachedBytes()).isEqualTo(FILE_BYTES);
        readAll(advice(true, 0));
        assertThat(counters.advice(Posix.FADV_DONTNEED).sum()).isZero();
    }

    @Test
    void whatIsSwitchedOffIsSilent() {
        PageAdvice silent = advice(false, 1);
        readAll(silent);
        silent.opened(file, PageAdvice.SHORT_BYTES);
        closeLast(silent);
        for (int kind = Posix.FADV_NORMAL; kind <= Posix.FADV_DONTNEED; kind++) {
            assertThat(counters.advice(kind).sum()).isZero();
        }
    }

    @Test
    void aShortBlobThatTheKernelWillReadIsBroughtIn() {
        advice(true, 0).opened(file, PageAdvice.SHORT_BYTES);
        await(Posix.FADV_WILLNEED);
        assertThat(cachedBytes()).isGreaterThanOrEqualTo(PageAdvice.SHORT_BYTES);
        assertThat(cachedBytes()).isLessThan(FILE_BYTES);
    }

    @Test
    void theBeginningOfALongBlobIsLeftToTheKernel() {
        advice(true, 0).opened(file, PageAdvice.SHORT_BYTES + 1);
        awaitIdle();
        assertThat(cachedBytes()).isZero();
    }

    @Test
    void aShortBlobThatIsThereIsNotAskedForAgain() {
        readAll(advice(false, 0));
        PageAdvice advice = advice(true, 0);
        advice.opened(file, PageAdvice.SHORT_BYTES);
        awaitIdle();
        assertThat(counters.advice(Posix.FADV_WILLNEED).sum()).isZero();
    }

    @Test
    void whenTheLastClosesALongBlobItsPagesGo() {
        readAll(advice(false, 0));
        closeLast(advice(true, FILE_BYTES - 1));
        await(Posix.FADV_DONTNEED);
        assertThat(cachedBytes()).isLessThan(FILE_BYTES / 2);
    }

    @Test
    void whenTheLastClosesALongBlobOfWhichLittleWasReadThatStays() {
        readAll(advice(false, 0), FILE_BYTES / 4);
        long before = cachedBytes();
        closeLast(advice(true, FILE_BYTES - 1));
        awaitIdle();
        assertThat(cachedBytes()).isEqualTo(before);
    }

    private PageAdvice advice(boolean given, long dropBehindBytes) {
        return new PageAdvice(DeviceReads.SYSTEM, calls, counters, given, dropBehindBytes);
    }

    private void closeLast(PageAdvice advice) {
        advice.closed(file, FILE_BYTES);
    }

    private void readAll(PageAdvice advice) {
        readAll(advice, FILE_BYTES);
    }

    private void readAll(PageAdvice advice, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(READ);
            for (long at = 0; at < length; at += READ) {
                advice.waiting(file, FILE_BYTES, at, READ);
                assertThat(Posix.pread(file.fd(), into, 0, READ, at)).isEqualTo(READ);
            }
        }
    }

    private long cachedBytes() {
        return FileCalls.cachedBytes(file.fd(), 0, 0);
    }

    private void await(int kind) {
        DiskFixture.await("advice " + kind, () -> counters.advice(kind).sum() > 0);
    }

    /** What was given to a spare thread before is done: it holds its own claim on the file until then. */
    private void awaitIdle() {
        DiskFixture.await("the spare thread is done", () -> calls.run(() -> true, DeviceCalls.OVERDUE, false));
    }
}
