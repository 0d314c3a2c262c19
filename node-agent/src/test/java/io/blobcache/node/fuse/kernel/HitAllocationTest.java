package io.blobcache.node.fuse.kernel;

import static io.blobcache.node.fuse.kernel.TestSession.body;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.blobcache.node.config.FuseConfig;
import io.blobcache.node.metrics.FuseCounters;
import io.blobcache.node.mounter.FuseDevice;
import io.blobcache.node.posix.Posix;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A read that hits allocates nothing on its way from the request's bytes to the write of the reply. */
class HitAllocationTest {
    private static final int ROUND = 50_000;

    /** Until the just-in-time compiler has come by, boxes and views are real: the best round counts. */
    private static final int MAX_ROUNDS = 40;

    @Test
    void aReadThatHitsAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int sink = Posix.open("/dev/null", Posix.O_WRONLY, 0);
        FuseConfig config = FuseConfig.DEFAULT;
        Handshake handshake = new Handshake(config);
        BackingFiles backing = new BackingFiles(new CountingMounter(), new FuseDevice(sink, Path.of("/none"), 0));
        try (FuseFrame frame = new FuseFrame(Handshake.MAX_WRITE_BYTES);
                FramePool frames = new FramePool()) {
            ConstantFileSystem fileSystem = new ConstantFileSystem();
            FuseSession session = new FuseSession(
                    new DeviceChannel(sink),
                    handshake,
                    new FuseOperations(fileSystem, () -> config, handshake, backing),
                    new WaitingRequests(Runnable::run),
                    frames,
                    new Undo(fileSystem, backing),
                    new FuseCounters());
            serve(
                    session,
                    frame,
                    TestSession.request(
                            Opcode.INIT, 2, 0, body(64).putInt(7).putInt(31).array()),
                    1);
            byte[] read = TestSession.request(
                    Opcode.READ,
                    4,
                    2,
                    body(40).putLong(1).putLong(0).putInt(4096).array());
            double allocated = Double.MAX_VALUE;
            for (int round = 0; round < MAX_ROUNDS && allocated >= 1; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                serve(session, frame, read, ROUND);
                allocated = (threads.getCurrentThreadAllocatedBytes() - before) / (double) ROUND;
            }

            assertThat(fileSystem.reads).isPositive();
            assertThat(allocated).as("bytes a request").isLessThan(1);
        } finally {
            Posix.close(sink);
        }
    }

    private static void serve(FuseSession session, FuseFrame frame, byte[] request, int times) {
        MemorySegment.copy(request, 0, frame.memory(), JAVA_BYTE, 0, request.length);
        for (int i = 0; i < times; i++) {
            session.serve(frame, request.length);
        }
    }
}
