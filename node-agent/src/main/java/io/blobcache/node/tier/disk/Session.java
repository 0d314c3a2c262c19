package io.blobcache.node.tier.disk;

import io.blobcache.node.posix.Posix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The unbroken run in which blocks on disk may be trusted: those written or checked in it need no check. A new one
 * begins with each boot of the machine (or each process, if so configured), and when the device was caught losing what
 * it had taken. The latter is kept in the file {@code session}, for the next process of the same boot.
 */
final class Session {
    private static final String NAME = "session";
    private static final int BYTES = 2 * Long.BYTES;
    private static final Logger log = LoggerFactory.getLogger(Session.class);

    private final String path;
    private final long run;
    private final RandomGenerator random;
    private volatile long value;

    /** @param run names the boot or the process */
    Session(StateDirectory directory, long run, RandomGenerator random) {
        this.path = directory.root().resolve(NAME).toString();
        this.run = run;
        this.random = random;
        this.value = load();
    }

    long value() {
        return value;
    }

    /** Nothing that was written until now is trusted. */
    void renew() {
        long renewed = random.nextLong();
        value = renewed;
        int errno = save(renewed);
        if (errno != 0) {
            // Nothing to be done: this process checks all the same, the next one would not know.
            log.atWarn().addKeyValue("errno", -errno).log("new session not saved");
        }
    }

    private long load() {
        int fd = Posix.open(path, Posix.O_RDONLY | Posix.O_NOFOLLOW, 0);
        if (fd < 0) {
            return run;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(BYTES, Long.BYTES);
            ByteBuffer words = bytes.asByteBuffer();
            boolean sameRun = Posix.pread(fd, bytes, 0, BYTES, 0) == BYTES && words.getLong() == run;
            return sameRun ? words.getLong() : run;
        } finally {
            Posix.close(fd);
        }
    }

    private int save(long renewed) {
        int fd = Posix.open(path, Posix.O_RDWR | Posix.O_CREAT | Posix.O_TRUNC | Posix.O_NOFOLLOW, 0600);
        if (fd < 0) {
            return fd;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(BYTES, Long.BYTES);
            bytes.asByteBuffer().putLong(run).putLong(renewed);
            int errno = DataWrites.all(fd, bytes, BYTES, 0);
            return errno != 0 ? errno : Posix.fsync(fd);
        } finally {
            Posix.close(fd);
        }
    }
}
