package io.blobcache.node.tier.disk;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.blobcache.node.model.Blob;
import io.blobcache.node.posix.Errno;
import io.blobcache.node.posix.Posix;
import io.blobcache.node.tier.LocalCopies.LocalCopy;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Where the platform has no page advice, nobody notices: neither readers nor whoever reads the log. */
class RefusedAdviceTest {
    private static final int BLOCKS = 6;
    private static final Blob LONG = DiskFixture.blob("long", (long) BLOCKS * DiskFixture.BLOCK_BYTES);
    private static final Blob SHORT = DiskFixture.blob("short", DiskFixture.BLOCK_BYTES);

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.blobcache");
    private final AtomicInteger refused = new AtomicInteger();
    private DiskFixture disk;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        disk = new DiskFixture(directory.resolve("state"));
        disk.reads = new NoAdvice();
        disk.open();
        disk.fill(LONG).fill(SHORT);
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void close() {
        logger.detachAppender(log);
        disk.close();
    }

    @Test
    void readsGoOnAndNothingIsLogged() {
        for (int pass = 0; pass < 5; pass++) {
            assertThat(disk.hitsOf(LONG)).isEqualTo(BLOCKS);
            try (LocalCopy copy = Objects.requireNonNull(disk.tier().open(SHORT))) {
                assertThat(copy.fd()).isPositive();
            }
        }
        DiskFixture.await("advice of both kinds is refused", () -> refused.get() >= 2);

        assertThat(log.list)
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
                .isEmpty();
        for (int kind = Posix.FADV_NORMAL; kind <= Posix.FADV_DONTNEED; kind++) {
            assertThat(disk.counters.advice(kind).sum()).isZero();
        }
        assertThat(disk.tier().statistics().state()).isEqualTo("normal");
    }

    /** Nothing is in the page cache, so that each read waits and each opening would bring its blob in. */
    private final class NoAdvice implements DeviceReads {
        @Override
        public long read(int fd, MemorySegment into, long intoOffset, long length, long fileOffset) {
            return SYSTEM.read(fd, into, intoOffset, length, fileOffset);
        }

        @Override
        public long readCached(int fd, MemorySegment into, long intoOffset, long length, long fileOffset) {
            return -Errno.EAGAIN.number();
        }

        @Override
        public int openCached(String path) {
            return SYSTEM.openCached(path);
        }

        @Override
        public int advise(int fd, long offset, long length, int advice) {
            refused.incrementAndGet();
            return -Errno.ENOSYS.number();
        }

        @Override
        public long cachedBytes(int fd, long offset, long length) {
            return 0;
        }
    }
}
