package io.blobcache.node.fuse.kernel;

import static io.blobcache.node.fuse.kernel.TestSession.body;
import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.config.Changed;
import io.blobcache.node.config.FuseConfig;
import io.blobcache.node.fuse.TreeFileSystem;
import io.blobcache.node.fuse.TreeFileSystem.Mode;
import io.blobcache.node.fuse.kernel.TestSession.Reply;
import io.blobcache.node.fuse.kernel.Wire.EntryOut;
import io.blobcache.node.fuse.kernel.Wire.InitOut;
import io.blobcache.node.fuse.kernel.Wire.OpenOut;
import io.blobcache.node.metrics.FuseCounters.Operation;
import io.blobcache.node.posix.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The protocol, request by request, without a kernel. */
class FuseSessionTest {
    private static final int FOPEN_KEEP_CACHE = 2;
    private static final int FOPEN_NOFLUSH = 32;
    private static final int FOPEN_PASSTHROUGH = 128;

    @TempDir
    private Path tree;

    /** Waiting requests, run when the test says so. */
    private final Queue<Runnable> waiting = new ArrayDeque<>();

    private TreeFileSystem fileSystem;
    private TestSession session;
    private long file;

    @BeforeEach
    void begin() throws IOException {
        Files.write(tree.resolve("file"), new byte[5000]);
        fileSystem = new TreeFileSystem(tree, Mode.HITS);
        session = new TestSession(fileSystem, FuseConfig.DEFAULT, waiting::add);
        file = fileSystem.inodeOf("file");
    }

    @AfterEach
    void end() {
        session.close();
    }

    @Test
    void initTakesWhatBothSidesHaveAndNoMore() {
        long offered = InitFlags.ASYNC_READ | InitFlags.INIT_EXT | InitFlags.PASSTHROUGH | 1L << 16;

        Reply reply = session.init(7, 45, (int) offered, (int) (offered >>> 32));

        assertThat(reply.error()).isZero();
        assertThat(reply.intAt(InitOut.FLAGS)).isEqualTo((int) (InitFlags.ASYNC_READ | InitFlags.INIT_EXT));
        assertThat(reply.intAt(InitOut.FLAGS2)).isEqualTo((int) (InitFlags.PASSTHROUGH >>> 32));
        assertThat(reply.intAt(InitOut.MAX_STACK_DEPTH)).isOne();
        assertThat(reply.intAt(InitOut.MAX_WRITE)).isEqualTo(1 << 20);
        assertThat(reply.shortAt(InitOut.MAX_PAGES)).isEqualTo((short) 256);
        assertThat(reply.shortAt(InitOut.MAX_BACKGROUND)).isEqualTo((short) 512);
        assertThat(reply.shortAt(InitOut.CONGESTION_THRESHOLD)).isEqualTo((short) 384);
    }

    @Test
    void aKernelWithoutTheSecondWordOfFlagsGetsNoneOfIt() {
        Reply reply = session.init(7, 31, 1, -1);

        assertThat(reply.intAt(InitOut.MINOR)).isEqualTo(31);
        assertThat(reply.intAt(InitOut.FLAGS)).isOne();
        assertThat(reply.intAt(InitOut.FLAGS2)).isZero();
        assertThat(reply.intAt(InitOut.MAX_STACK_DEPTH)).isZero();
    }

    @Test
    void aNewerMinorGetsTheNewestThatWeKnow() {
        assertThat(session.init(7, 99, -1, -1).intAt(InitOut.MINOR)).isEqualTo(45);
    }

    @Test
    void aKernelThatIsTooOldIsRefused() {
        assertThat(session.init(7, 30, -1, -1).error()).isEqualTo(-Errno.EPROTO.number());
        assertThat(session.init(6, 45, -1, -1).error()).isEqualTo(-Errno.EPROTO.number());
    }

    @Test
    void aKernelOfALaterMajorIsAskedToComeDown() {
        assertThat(session.init(8, 0, -1, -1).intAt(InitOut.MAJOR)).isEqualTo(7);
        assertThat(session.init().error()).isZero();
    }

    @Test
    void nothingIsServedBeforeInitAndInitIsServedOnce() {
        assertThat(session.ask(Opcode.GETATTR, 1, body(16).array()).error()).isEqualTo(-Errno.EIO.number());
        assertThat(session.init().error()).isZero();
        assertThat(session.init().error()).isEqualTo(-Errno.EIO.number());
    }

    @Test
    void aMissingNameMayBeBelievedForTheNegativeTimeout() {
        session.init();

        Reply reply = lookup("missing");

        assertThat(reply.error()).isZero();
        assertThat(reply.longAt(EntryOut.NODEID)).isZero();
        assertThat(reply.longAt(EntryOut.ENTRY_VALID)).isEqualTo(2);
    }

    @Test
    void whatTheFileSystemBelievesForLessTheKernelBelievesForAsLong() {
        session.init();
        fileSystem.believe(1_250);

        Reply found = lookup("file");
        Reply missing = lookup("missing");

        for (Reply reply : new Reply[] {found, missing}) {
            assertThat(reply.longAt(EntryOut.ENTRY_VALID)).isOne();
            assertThat(reply.intAt(EntryOut.ENTRY_VALID_NSEC)).isEqualTo(250_000_000);
        }
        assertThat(found.longAt(EntryOut.ATTR_VALID)).isEqualTo(5);
    }

    @Test
    void aChangeOfTheTimeoutsIsTakenByTheNextAnswer() {
        AtomicReference<FuseConfig> inForce = new AtomicReference<>(believing(Duration.ofSeconds(5)));
        try (TestSession live = new TestSession(fileSystem, inForce::get, waiting::add)) {
            live.init();
            Reply entry = live.ask(Opcode.LOOKUP, 1, name("file"));
            assertThat(entry.longAt(EntryOut.ENTRY_VALID)).isEqualTo(5);
            assertThat(entry.longAt(EntryOut.ATTR_VALID)).isEqualTo(5);

            inForce.set(believing(Duration.ofMillis(7_500)));

            entry = live.ask(Opcode.LOOKUP, 1, name("file"));
            assertThat(entry.longAt(EntryOut.ENTRY_VALID)).isEqualTo(7);
            assertThat(entry.intAt(EntryOut.ENTRY_VALID_NSEC)).isEqualTo(500_000_000);
            assertThat(entry.longAt(EntryOut.ATTR_VALID)).isEqualTo(7);
            assertThat(live.ask(Opcode.LOOKUP, 1, name("missing")).longAt(EntryOut.ENTRY_VALID))
                    .isEqualTo(7);

            inForce.set(believing(Duration.ZERO));

            assertThat(live.ask(Opcode.LOOKUP, 1, name("missing")).error()).isEqualTo(-Errno.ENOENT.number());
        }
    }

    private static FuseConfig believing(Duration time) {
        return Changed.copy(
                FuseConfig.DEFAULT, "entryTimeout", time, "attributeTimeout", time, "negativeTimeout", time);
    }

    @Test
    void opcodesThatTheKernelShouldNotAskAgainGetEnosys() {
        session.init();
        for (int opcode : new int[] {22, 23, 34, 46, 39, 40, 20, 25, 30, 52, 50, 1000}) {
            assertThat(session.ask(opcode, 1, body(64).array()).error())
                    .as("opcode %d", opcode)
                    .isEqualTo(-Errno.ENOSYS.number());
        }
    }

    @Test
    void opcodesThatWriteGetErofs() {
        session.init();
        for (int opcode : new int[] {4, 6, 8, 9, 10, 11, 12, 13, 16, 21, 24, 35, 43, 45, 47, 51}) {
            assertThat(session.ask(opcode, 1, body(64).array()).error())
                    .as("opcode %d", opcode)
                    .isEqualTo(-Errno.EROFS.number());
        }
    }

    @Test
    void openingToWriteGetsErofs() {
        session.init();
        for (int flags : new int[] {1, 2, 01000}) {
            assertThat(session.ask(Opcode.OPEN, file, body(8).putInt(flags).array())
                            .error())
                    .isEqualTo(-Errno.EROFS.number());
        }
        assertThat(fileSystem.openHandles()).isZero();
    }

    @Test
    void anInodeStaysInTheModeOfItsFirstOpen() {
        session.init();
        Reply cached = open();
        fileSystem.behave(Mode.BACKED);
        Reply second = open();
        release(cached);
        release(second);
        Reply backed = open();
        fileSystem.behave(Mode.HITS);
        Reply fourth = open();

        assertThat(cached.intAt(OpenOut.OPEN_FLAGS)).isEqualTo(FOPEN_KEEP_CACHE | FOPEN_NOFLUSH);
        assertThat(second.intAt(OpenOut.OPEN_FLAGS)).isEqualTo(FOPEN_KEEP_CACHE | FOPEN_NOFLUSH);
        assertThat(backed.intAt(OpenOut.OPEN_FLAGS)).isEqualTo(FOPEN_PASSTHROUGH | FOPEN_NOFLUSH);
        assertThat(fourth.intAt(OpenOut.OPEN_FLAGS)).isEqualTo(FOPEN_PASSTHROUGH | FOPEN_NOFLUSH);
        assertThat(fourth.intAt(OpenOut.BACKING_ID)).isEqualTo(backed.intAt(OpenOut.BACKING_ID));
        assertThat(session.mounter.registrations()).isOne();

        release(backed);
        assertThat(session.mounter.registered).hasSize(1);
        release(fourth);
        assertThat(session.mounter.registered).isEmpty();
    }

    @Test
    void aRefusedRegistrationFallsBackToReadingThroughUs() {
        session.init();
        session.mounter.failing = true;
        fileSystem.behave(Mode.BACKED);

        Reply reply = open();

        assertThat(reply.error()).isZero();
        assertThat(reply.intAt(OpenOut.OPEN_FLAGS)).isEqualTo(FOPEN_KEEP_CACHE | FOPEN_NOFLUSH);
    }

    @Test
    void whatTheKernelDidNotTakeIsTakenBack() {
        session.init();
        fileSystem.behave(Mode.BACKED);
        session.taken = () -> false;

        lookup("file");
        open();
        session.ask(Opcode.OPENDIR, 1, body(8).array());

        assertThat(fileSystem.lookups(file)).isZero();
        assertThat(fileSystem.openHandles()).isZero();
        assertThat(session.mounter.registered).isEmpty();
    }

    @Test
    void lookupsOfAListingThatTheKernelDidNotTakeAreForgotten() {
        session.init();
        long handle = session.ask(Opcode.OPENDIR, 1, body(8).array()).longAt(OpenOut.FH);
        byte[] request = body(40).putLong(handle).putLong(0).putInt(4096).array();

        session.ask(Opcode.READDIRPLUS, 1, request);
        assertThat(fileSystem.lookups(file)).isOne();
        session.taken = () -> false;
        session.ask(Opcode.READDIRPLUS, 1, request);

        assertThat(fileSystem.lookups(file)).isOne();
    }

    @Test
    void anInterruptThatOvertakesItsRequestIsKeptForIt() {
        session.init();
        fileSystem.holdBack(new CountDownLatch(1), inode -> true);
        long unique = session.nextUnique();

        session.serve(TestSession.request(
                Opcode.INTERRUPT, unique | 1, 0, body(8).putLong(unique).array()));
        session.serve(TestSession.request(Opcode.GETATTR, unique, file, body(16).array()));
        waiting.remove().run();

        assertThat(session.replies).hasSize(1);
        assertThat(session.replies.getFirst().unique()).isEqualTo(unique);
        assertThat(session.replies.getFirst().error()).isEqualTo(-Errno.EINTR.number());
        assertThat(Thread.interrupted())
                .as("consumed by the wait that it ended")
                .isFalse();
    }

    @Test
    void anExpiredRequestIsAnsweredOnceAndItsLateResultTakenBack() {
        session.init();
        fileSystem.behave(Mode.BLOCKS);
        // Comes in the middle of the open, which takes no notice.
        fileSystem.holdBack(new CountDownLatch(0), inode -> {
            session.session.expire(System.nanoTime() + Duration.ofSeconds(31).toNanos(), Duration.ofSeconds(30));
            return false;
        });

        session.serve(TestSession.request(Opcode.OPEN, session.nextUnique(), file, body(8).array()));
        waiting.remove().run();

        assertThat(Thread.interrupted()).as("told to stop").isTrue();
        assertThat(session.replies).hasSize(1);
        assertThat(session.replies.getFirst().error()).isEqualTo(-Errno.ETIMEDOUT.number());
        assertThat(fileSystem.openHandles()).isZero();
    }

    /** As when a failing disk does not give the JVM its classes. */
    @Test
    void anErrorIsAnAnswerTooAndTheNextRequestIsServed() {
        session.init();
        fileSystem.holdBack(new CountDownLatch(1), inode -> {
            throw new NoClassDefFoundError("not to be loaded");
        });

        Reply failed = session.ask(Opcode.GETATTR, file, body(16).array());
        fileSystem.holdBack(new CountDownLatch(0), inode -> false);

        assertThat(failed.error()).isEqualTo(-Errno.EIO.number());
        assertThat(open().error()).isZero();
    }

    @Test
    void requestsAreCountedByOperation() {
        session.init();

        lookup("file");
        session.ask(Opcode.SETATTR, file, body(88).array());

        assertThat(session.counters.count(Operation.LOOKUP)).isOne();
        assertThat(session.counters.errors(Operation.OTHER)).isOne();
    }

    private Reply lookup(String name) {
        return session.ask(Opcode.LOOKUP, 1, name(name));
    }

    private static byte[] name(String name) {
        return (name + "\0").getBytes(StandardCharsets.UTF_8);
    }

    private Reply open() {
        return session.ask(Opcode.OPEN, file, body(8).array());
    }

    private void release(Reply opened) {
        byte[] body = body(24).putLong(opened.longAt(OpenOut.FH)).array();
        assertThat(session.ask(Opcode.RELEASE, file, body).error()).isZero();
    }
}
