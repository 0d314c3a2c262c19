package io.blobcache.node.fuse.jnr;

import io.blobcache.node.fuse.FuseException;
import io.blobcache.node.metrics.Durations;
import io.blobcache.node.metrics.FuseCounters;
import io.blobcache.node.metrics.FuseCounters.Operation;
import io.blobcache.node.posix.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import jnr.ffi.Pointer;
import jnr.ffi.Struct;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ru.serce.jnrfuse.FuseFillDir;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseFileInfo;
import ru.serce.jnrfuse.struct.Statvfs;

/**
 * What libfuse calls, on threads of its own: it begins another one whenever all are busy, so a slow answer holds up
 * nobody else. Each call is turned into one of {@link PathFileSystem} and its outcome into a negative errno.
 */
final class PathOperations extends ReadOnlyOperations {
    private static final Logger LOG = LoggerFactory.getLogger(PathOperations.class);

    /** After 38 function pointers struct fuse_operations has its bits: {@code flag_nullpath_ok:1, flag_nopath:1}. */
    private static final long FLAGS_AT = 38 * 8;

    private static final byte WITHOUT_PATHS = 0b11;

    private final PathFileSystem fileSystem;
    private final FuseCounters counters;
    private final RunningCalls running = new RunningCalls();
    private final CountDownLatch initialized = new CountDownLatch(1);

    /** libfuse's own handle of this mount. */
    private volatile @Nullable Pointer fuse;

    PathOperations(PathFileSystem fileSystem, FuseCounters counters) {
        this.fileSystem = fileSystem;
        this.counters = counters;
        // Calls on an open file come with its handle: libfuse need not work out a path for each read.
        Struct.getMemory(fuseOperations).putByte(FLAGS_AT, WITHOUT_PATHS);
    }

    @FunctionalInterface
    private interface Call {
        int answer() throws FuseException;
    }

    /** Serves until the mount is gone. Blocks. */
    int serve(String[] arguments) {
        return libFuse.fuse_main_real(arguments.length, arguments, fuseOperations, Struct.size(fuseOperations), null);
    }

    /** Counted down by the kernel's first request: from then on the mount answers. */
    CountDownLatch initialized() {
        return initialized;
    }

    /** Ends {@link #serve} after the next request. libfuse then closes the connection and unmounts. */
    void stop() {
        Pointer handle = fuse;
        if (handle != null) {
            libFuse.fuse_exit(handle);
        }
    }

    RunningCalls running() {
        return running;
    }

    @Override
    public @Nullable Pointer init(Pointer connection) {
        fuse = getContext().fuse.get();
        initialized.countDown();
        return null;
    }

    @Override
    public int getattr(String path, FileStat stat) {
        return call(Operation.GETATTR, () -> {
            Structs.fill(stat, fileSystem.attributes(path));
            return 0;
        });
    }

    @Override
    public int fgetattr(@Nullable String path, FileStat stat, FuseFileInfo file) {
        return call(Operation.GETATTR, () -> {
            Structs.fill(stat, fileSystem.attributes(Structs.handle(file)));
            return 0;
        });
    }

    /** libfuse wants a terminated string, cut short if it does not fit. */
    @Override
    public int readlink(String path, Pointer into, long length) {
        return call(Operation.READLINK, () -> {
            byte[] target = fileSystem.readLink(path).getBytes(StandardCharsets.UTF_8);
            MemorySegment bytes = Structs.bytes(into, length);
            int copied = (int) Math.min(target.length, length - 1);
            MemorySegment.copy(target, 0, bytes, ValueLayout.JAVA_BYTE, 0, copied);
            bytes.set(ValueLayout.JAVA_BYTE, copied, (byte) 0);
            return 0;
        });
    }

    @Override
    public int open(String path, FuseFileInfo file) {
        return call(Operation.OPEN, () -> {
            PathFileSystem.Opened opened = fileSystem.open(path);
            Structs.setHandle(file, opened.handle());
            if (opened.keepCache()) {
                Structs.setKeepCache(file);
            }
            return 0;
        });
    }

    @Override
    public int read(@Nullable String path, Pointer into, long length, long offset, FuseFileInfo file) {
        return call(
                Operation.READ,
                () -> fileSystem.read(
                        Structs.handle(file), offset, Math.toIntExact(length), Structs.bytes(into, length)));
    }

    @Override
    public int release(@Nullable String path, FuseFileInfo file) {
        return call(Operation.RELEASE, () -> {
            fileSystem.release(Structs.handle(file));
            return 0;
        });
    }

    @Override
    public int opendir(String path, FuseFileInfo file) {
        return call(Operation.OPENDIR, () -> {
            Structs.setHandle(file, fileSystem.openDirectory(path));
            return 0;
        });
    }

    @Override
    public int readdir(@Nullable String path, Pointer buffer, FuseFillDir filler, long offset, FuseFileInfo file) {
        return call(Operation.READDIR, () -> {
            FillerSink sink = new FillerSink(filler, buffer, fileSystem::forget);
            fileSystem.readDirectory(Structs.handle(file), offset, sink);
            return 0;
        });
    }

    @Override
    public int releasedir(@Nullable String path, FuseFileInfo file) {
        return call(Operation.RELEASEDIR, () -> {
            fileSystem.releaseDirectory(Structs.handle(file));
            return 0;
        });
    }

    @Override
    public int statfs(String path, Statvfs into) {
        return call(Operation.STATFS, () -> {
            Structs.fill(into, fileSystem.statistics());
            return 0;
        });
    }

    private int call(Operation operation, Call call) {
        long begin = Durations.now();
        int answer = -Errno.EIO.number();
        running.entered();
        try {
            answer = call.answer();
        } catch (FuseException e) {
            // Nobody but us interrupts here; a reader that is told EINTR would ask again.
            answer = running.ending() ? -Errno.ENOTCONN.number() : -e.errno().number();
        } catch (RuntimeException | Error e) {
            // A bug; but above us is C, which no exception may cross.
            LOG.atError().addKeyValue("operation", operation).setCause(e).log("request failed");
        } finally {
            running.left();
            counters.answeredSince(operation, begin, answer < 0);
        }
        return answer;
    }
}
