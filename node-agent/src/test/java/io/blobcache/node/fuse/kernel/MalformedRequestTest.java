package io.blobcache.node.fuse.kernel;

import static io.blobcache.node.fuse.kernel.TestSession.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.config.FuseConfig;
import io.blobcache.node.fuse.TreeFileSystem;
import io.blobcache.node.fuse.TreeFileSystem.Mode;
import io.blobcache.node.fuse.kernel.TestSession.Reply;
import io.blobcache.node.fuse.kernel.Wire.InHeader;
import io.blobcache.node.fuse.kernel.Wire.OpenOut;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: whatever bytes come as a request, the session goes on, and answers exactly what has an answer, once.
 * Method: valid requests of every opcode, mutated at random; the kernel refuses every sixteenth reply. In the end
 * nothing is open and nothing registered that the replies did not hand out. {@code -Dfuzz.frames} and {@code -Dfuzz.seed}
 * say how many and which.
 */
class MalformedRequestTest {
    private static final int FRAMES = Integer.getInteger("fuzz.frames", 40_000);
    private static final long SEED = Long.getLong("fuzz.seed", 20_251_124);
    private static final int MAX_OPCODE = 60;

    @TempDir
    private Path tree;

    private final Random random = new Random(SEED);
    private final Set<Integer> succeeded = new TreeSet<>();
    private TreeFileSystem fileSystem;
    private TestSession session;

    @BeforeEach
    void begin() throws IOException {
        Files.write(tree.resolve("file"), new byte[5000]);
        Files.createSymbolicLink(tree.resolve("link"), Path.of("file"));
        Files.write(Files.createDirectory(tree.resolve("directory")).resolve("inner"), new byte[10]);
        fileSystem = new TreeFileSystem(tree, Mode.HITS);
        session = new TestSession(fileSystem, FuseConfig.DEFAULT, Runnable::run);
    }

    @AfterEach
    void end() {
        session.close();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void noSequenceOfBytesStopsTheSession(Mode mode) {
        fileSystem.behave(mode);
        session.init();
        for (int i = 0; i < FRAMES; i++) {
            byte[] frame = frame();
            boolean taken = random.nextInt(16) != 0;
            session.taken = () -> taken;
            session.serve(frame);
            List<Reply> replies = List.copyOf(session.replies);
            session.replies.clear();
            check(frame, replies);
            session.taken = () -> true;
            if (!replies.isEmpty() && replies.getFirst().error() == 0) {
                succeeded.add(header(frame).getInt(InHeader.OPCODE));
                if (taken) {
                    release(frame, replies.getFirst());
                }
            }
        }
        assertThat(fileSystem.openHandles()).isZero();
        assertThat(session.mounter.registered).isEmpty();
        assertThat(session.backingFiles.openInodes()).isZero();
        assertThat(session.ask(Opcode.STATFS, 1, new byte[0]).error()).isZero();
        assertThat(succeeded)
                .as("opcodes that got through, or the frames are too wild to test anything")
                .contains(Opcode.LOOKUP, Opcode.GETATTR, Opcode.READLINK, Opcode.OPEN, Opcode.OPENDIR, Opcode.RELEASE);
        assertThat(session.mounter.registrations() > 0).isEqualTo(mode == Mode.BACKED);
    }

    private void check(byte[] frame, List<Reply> replies) {
        if (!isAnswered(frame)) {
            assertThat(replies).as("replies to %s", Arrays.toString(frame)).isEmpty();
            return;
        }
        assertThat(replies).as("replies to %s", Arrays.toString(frame)).hasSize(1);
        Reply reply = replies.getFirst();
        assertThat(reply.unique()).isEqualTo(header(frame).getLong(InHeader.UNIQUE));
        assertThat(reply.error()).isBetween(-133, 0);
        if (reply.error() != 0) {
            assertThat(reply.body().remaining()).isZero();
        }
    }

    private static boolean isAnswered(byte[] frame) {
        if (frame.length < InHeader.BYTES) {
            return false;
        }
        int opcode = header(frame).getInt(InHeader.OPCODE);
        if (opcode == Opcode.FORGET
                || opcode == Opcode.BATCH_FORGET
                || header(frame).getLong(InHeader.UNIQUE) == 0) {
            return false;
        }
        boolean whole = header(frame).getInt(InHeader.LEN) == frame.length;
        return !(opcode == Opcode.INTERRUPT && whole && frame.length >= InHeader.BYTES + Long.BYTES);
    }

    /** As the kernel does: what has been opened is released. */
    private void release(byte[] frame, Reply reply) {
        int opcode = header(frame).getInt(InHeader.OPCODE);
        if (opcode != Opcode.OPEN && opcode != Opcode.OPENDIR) {
            return;
        }
        int release = opcode == Opcode.OPEN ? Opcode.RELEASE : Opcode.RELEASEDIR;
        byte[] body = TestSession.body(24).putLong(reply.longAt(OpenOut.FH)).array();
        assertThat(session.ask(release, header(frame).getLong(InHeader.NODEID), body)
                        .error())
                .isZero();
    }

    private byte[] frame() {
        byte[] valid = request(opcode(), session.nextUnique(), inode(), body());
        for (int mutations = random.nextInt(4); mutations > 0; mutations--) {
            valid = mutate(valid);
        }
        return valid;
    }

    private int opcode() {
        return random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(MAX_OPCODE);
    }

    private long inode() {
        return random.nextInt(8) == 0 ? random.nextLong() : random.nextInt(7);
    }

    /** What some opcode takes: a name, a read, a small structure, noise. */
    private byte[] body() {
        String[] names = {"file", "link", "directory", "inner", "missing", "..", "n".repeat(256)};
        return switch (random.nextInt(5)) {
            case 0 -> (names[random.nextInt(names.length)] + "\0").getBytes(StandardCharsets.UTF_8);
            case 1 ->
                TestSession.body(40)
                        .putLong(random.nextInt(20))
                        .putLong(random.nextInt(8000))
                        .putInt(random.nextInt(200_000))
                        .array();
            case 2 -> new byte[8 * random.nextInt(9)];
            case 3 -> noise(random.nextInt(100));
            default -> noise(random.nextInt(5000));
        };
    }

    private byte[] mutate(byte[] frame) {
        byte[] mutated = frame.clone();
        switch (random.nextInt(5)) {
            case 0 -> mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            case 1 -> mutated[random.nextInt(mutated.length)] ^= (byte) (1 << random.nextInt(8));
            case 2 -> {
                return Arrays.copyOf(mutated, 1 + random.nextInt(mutated.length));
            }
            case 3 -> {
                // Truncated or extended, and the header knows.
                mutated = Arrays.copyOf(mutated, Math.max(InHeader.BYTES, random.nextInt(mutated.length + 40)));
                header(mutated).putInt(InHeader.LEN, mutated.length);
            }
            default -> {
                int at = random.nextInt(mutated.length);
                Arrays.fill(mutated, at, Math.min(mutated.length, at + 8), (byte) (random.nextBoolean() ? 0 : -1));
            }
        }
        return mutated;
    }

    private byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        random.nextBytes(noise);
        return noise;
    }

    private static ByteBuffer header(byte[] frame) {
        return ByteBuffer.wrap(frame).order(ByteOrder.nativeOrder());
    }
}
