package io.blobcache.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.fs.Poll;
import io.blobcache.node.mesh.TestAuthority.Issued;
import io.blobcache.node.model.Blob;
import io.blobcache.node.tier.ScriptedSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates are exchanged while blocks are read (F-62). */
class MeshRotationTest {
    private static final String NAME = MeshConfig.DEFAULT.tlsName();
    private static final Duration PERIOD = Duration.ofMillis(10);
    private static final int ROTATIONS = 100;

    /** For all tests: each certificate takes three runs of keytool. */
    @TempDir
    private static Path directory;

    private static TestAuthority old;
    private static TestAuthority next;

    @TempDir
    private Path shown;

    private final byte[] content = new byte[1 << 20];
    private final ScriptedSource source = new ScriptedSource(content);

    @BeforeAll
    static void issue() throws Exception {
        old = new TestAuthority(directory.resolve("old"));
        next = new TestAuthority(directory.resolve("next"));
    }

    @Test
    void aHundredCertificatesOneAfterTheOtherFailNoRead() throws Exception {
        List<Issued> issued = List.of(old.issue("a", NAME, 10), old.issue("b", NAME, 20), old.issue("c", NAME, 30));
        Issued files = files(issued.getFirst());
        try (TestAgent reader = agent("reader", files);
                TestAgent lender = agent("lender", files)) {
            for (int i = 1; i <= ROTATIONS; i++) {
                Issued now = issued.get(i % issued.size());
                Optional<Instant> before = reader.mesh().certificateExpiry();
                copy(now.certificate(), files.certificate());
                // The key is another one until the next line: neither is shown with the other's half.
                readFromPeer(reader, lender, 2 * i);
                copy(now.key(), files.key());
                Poll.until(() -> !reader.mesh().certificateExpiry().equals(before)
                        && lender.mesh()
                                .certificateExpiry()
                                .equals(reader.mesh().certificateExpiry()));
                readFromPeer(reader, lender, 2 * i + 1);
            }
            assertThat(reader.asked.failed.sum())
                    .as("requests to the peer that failed")
                    .isZero();
            assertThat(reader.asked.here.sum()).as("blocks of the peer").isEqualTo(2 * ROTATIONS);
        }
    }

    @Test
    void anotherAuthorityIsTakenOverStepByStep() throws Exception {
        Issued files = files(old.issue("a", NAME));
        Issued renewed = next.issue("a", NAME, 20);
        try (TestAgent reader = agent("reader", files);
                TestAgent lender = agent("lender", files)) {
            readFromPeer(reader, lender, 1);
            // Both are trusted, then the new one is shown, then the old one is trusted no more.
            Files.writeString(
                    files.authorities(), Files.readString(old.authorities()) + Files.readString(next.authorities()));
            try (TestAgent first =
                    agent("first", new Issued(renewed.certificate(), renewed.key(), files.authorities()))) {
                Poll.until(() -> served(reader, first) && served(lender, first));
            }
            readFromPeer(reader, lender, 2);
            Optional<Instant> before = lender.mesh().certificateExpiry();
            copy(renewed.certificate(), files.certificate());
            copy(renewed.key(), files.key());
            Poll.until(() -> !lender.mesh().certificateExpiry().equals(before)
                    && !reader.mesh().certificateExpiry().equals(before));
            readFromPeer(reader, lender, 3);
            copy(next.authorities(), files.authorities());
            readFromPeer(reader, lender, 4);

            try (TestAgent behind = agent("behind", files(old.issue("x", NAME)))) {
                Poll.until(() -> !served(reader, behind));
                assertThat(reader.asked.failed.sum()).isPositive();
            }
        }
    }

    @Test
    void whoseCertificateRanOutIsNotSpokenToAndEveryReadIsRight() throws Exception {
        try (TestAgent reader = agent("reader", old.issue("a", NAME));
                TestAgent lender = agent("lender", old.expired("b", NAME))) {
            Blob blob = blob(7);
            reader.members(lender.member());

            assertThat(reader.read(blob)).isEqualTo(content);

            assertThat(reader.asked.here.sum()).isZero();
            assertThat(reader.asked.failed.sum()).isPositive();
            assertThat(source.reads).hasValue(1);
        }
    }

    private TestAgent agent(String id, Issued files) {
        return new TestAgent(id, source, MeshConfigs.tls(files), TestAgent.temporary(), PERIOD);
    }

    /** The peer has it; it is asked over a connection that is made anew. */
    private void readFromPeer(TestAgent reader, TestAgent lender, int number) throws Exception {
        Blob blob = blob(number);
        assertThat(lender.read(blob)).isEqualTo(content);
        reader.members();
        reader.members(lender.member());
        int before = source.reads.get();

        assertThat(reader.read(blob)).isEqualTo(content);

        assertThat(source.reads).as("asked by the lender alone").hasValue(before);
    }

    /** Whether a block came from this peer; if not, it came from the source. */
    private boolean served(TestAgent reader, TestAgent lender) throws Exception {
        long before = reader.asked.here.sum();
        reader.members();
        reader.members(lender.member());
        assertThat(reader.read(blob(1000 + source.reads.get()))).isEqualTo(content);
        return reader.asked.here.sum() > before;
    }

    private Blob blob(int number) {
        return Blob.ofSource("scripted", "p" + number, "v", content.length);
    }

    /** What both agents watch. */
    private Issued files(Issued first) throws IOException {
        Path own = Files.createTempDirectory(shown, "files");
        List<Path> copies = new ArrayList<>();
        for (Path file : List.of(first.certificate(), first.key(), first.authorities())) {
            Path copy = own.resolve(file.getFileName().toString());
            copy(file, copy);
            copies.add(copy);
        }
        return new Issued(copies.get(0), copies.get(1), copies.get(2));
    }

    /** As a ConfigMap or cert-manager does it: by a rename. */
    private static void copy(Path from, Path to) throws IOException {
        Path beside = to.resolveSibling(to.getFileName() + ".new");
        Files.copy(from, beside, StandardCopyOption.REPLACE_EXISTING);
        Files.move(beside, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
