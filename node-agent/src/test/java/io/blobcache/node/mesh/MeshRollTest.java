package io.blobcache.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.fs.Poll;
import io.blobcache.node.mesh.TestAuthority.Issued;
import io.blobcache.node.mesh.tls.MeshCredentials;
import io.blobcache.node.model.Blob;
import io.blobcache.node.tier.ScriptedSource;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An authority is exchanged under reads, and certificates are renewed in time, too late, or by somebody whose clock is wrong (F-62). */
class MeshRollTest {
    private static final String NAME = MeshConfig.DEFAULT.tlsName();
    private static final int NEWCOMERS = 4;
    private static final Duration PERIOD = Duration.ofMillis(10);

    /** For all tests: each certificate takes three runs of keytool. */
    @TempDir
    private static Path directory;

    private static TestAuthority old;
    private static TestAuthority next;
    private static Issued ofOld;
    private static Issued renewed;
    private static Issued ofNext;
    private static Path both;

    @TempDir
    private Path shown;

    private final byte[] content = new byte[1 << 20];
    private final ScriptedSource source = new ScriptedSource(content);
    private final AtomicInteger blobs = new AtomicInteger();
    private volatile boolean enough;
    private volatile Duration passed = Duration.ZERO;
    private final InstantSource calendar = () -> Instant.now().plus(passed);

    @BeforeAll
    static void issue() throws Exception {
        old = new TestAuthority(directory.resolve("old"));
        next = new TestAuthority(directory.resolve("next"));
        ofOld = old.issue("a", NAME, 10);
        renewed = old.issue("b", NAME, 20);
        ofNext = next.issue("c", NAME, 20);
        both = Files.writeString(
                directory.resolve("both.pem"),
                Files.readString(old.authorities()) + Files.readString(next.authorities()));
    }

    @Test
    void anAuthorityIsExchangedUnderReadsAndNoneFails() throws Exception {
        Issued files = files(ofOld);
        try (TestAgent reader = agent("reader", files);
                TestAgent lender = agent("lender", files);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            reader.members(lender.member());
            List<Future<?>> loads = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                loads.add(threads.submit(() -> readUntilEnough(reader)));
            }
            try {
                roll(files, reader, lender);
            } finally {
                enough = true;
            }
            for (Future<?> load : loads) {
                load.get(20, TimeUnit.SECONDS);
            }
            assertThat(reader.asked.failed.sum())
                    .as("requests to the peer that failed")
                    .isZero();
            assertThat(reader.asked.here.sum()).as("blocks of the peer").isEqualTo(blobs.get() - NEWCOMERS);
            assertThat(source.reads).as("asked by the lender alone").hasValue(blobs.get());
        }
    }

    @Test
    void aConnectionOfTheOldCertificateIsExchangedForOneOfTheNewWithoutAFailure() throws Exception {
        Issued files = files(ofOld);
        try (TestAgent reader = agent("reader", files);
                TestAgent lender = agent("lender", files)) {
            reader.members(lender.member());
            isServedByThePeer(reader);
            show(renewed, files, reader, lender);
            isServedByThePeer(reader);

            passed = Duration.ofDays(11);

            isServedByThePeer(reader);
            assertThat(reader.asked.failed.sum()).isZero();
        }
    }

    @Test
    void whoseOwnCertificateRanOutReadsFromTheSourceAndSaysWhen() throws Exception {
        Issued late = old.expired("late", NAME);
        try (TestAgent reader = agent("reader", late);
                TestAgent lender = agent("lender", ofOld)) {
            reader.members(lender.member());

            isServedBySource(reader);
            assertThat(reader.mesh().certificateExpiry())
                    .hasValueSatisfying(expiry -> assertThat(expiry).isBefore(Instant.now()));
        }
    }

    @Test
    void whoseCertificateIsNotValidYetIsDoneWithout() throws Exception {
        try (TestAgent reader = agent("reader", ofOld);
                TestAgent ahead = agent("ahead", old.notYetValid("ahead", NAME))) {
            reader.members(ahead.member());
            isServedBySource(reader);
            ahead.members(reader.member());
            isServedBySource(ahead);
        }
    }

    @Test
    void aFileThatHoldsNoAuthorityChangesNothing() throws Exception {
        Issued files = files(ofOld);
        try (TestAgent lender = agent("lender", files)) {
            for (String nonsense :
                    List.of("", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")) {
                Files.writeString(files.authorities(), nonsense);
                // Time for many looks at both files.
                show(renewed, files, lender);
                show(ofOld, files, lender);
                assertThat(trusts(lender, ofOld)).isTrue();
                assertThat(trusts(lender, ofNext)).isFalse();
            }
        }
    }

    /** Both are trusted, then the new one is shown, then the old one is trusted no more. */
    private void roll(Issued files, TestAgent reader, TestAgent lender) throws Exception {
        newcomerIsServed(lender, files);
        assertThat(trusts(lender, ofNext)).isFalse();

        copy(both, files.authorities());
        Poll.until(() -> trusts(lender, ofNext) && trusts(reader, ofNext));
        newcomerIsServed(lender, files);

        show(ofNext, files, reader, lender);
        newcomerIsServed(lender, files);

        copy(next.authorities(), files.authorities());
        Poll.until(() -> !trusts(lender, ofOld) && !trusts(reader, ofOld));
        newcomerIsServed(lender, files);
    }

    private void readUntilEnough(TestAgent reader) {
        while (!enough) {
            try {
                assertThat(reader.read(blob())).isEqualTo(content);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** One that connects now. */
    private void newcomerIsServed(TestAgent lender, Issued files) throws Exception {
        try (TestAgent newcomer = agent("newcomer", files)) {
            newcomer.members(lender.member());
            isServedByThePeer(newcomer);
            assertThat(newcomer.asked.failed.sum()).isZero();
        }
    }

    private void isServedByThePeer(TestAgent reader) throws Exception {
        long before = reader.asked.here.sum();
        assertThat(reader.read(blob())).isEqualTo(content);
        assertThat(reader.asked.here.sum()).isGreaterThan(before);
    }

    private void isServedBySource(TestAgent reader) throws Exception {
        int before = source.reads.get();
        assertThat(reader.read(blob())).isEqualTo(content);
        assertThat(source.reads).hasValue(before + 1);
        assertThat(reader.asked.here.sum()).isZero();
        assertThat(reader.asked.failed.sum()).isPositive();
    }

    private Blob blob() {
        return Blob.ofSource("scripted", "p" + blobs.incrementAndGet(), "v", content.length);
    }

    /** Whether the agent speaks to who has this; who has it trusts both authorities, which have one name. */
    private static boolean trusts(TestAgent agent, Issued issued) throws Exception {
        MeshConfig config = MeshConfigs.tls(new Issued(issued.certificate(), issued.key(), both));
        try (MeshCredentials credentials = MeshCredentials.open(config)) {
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", agent.port(), credentials.channel())
                    .overrideAuthority(NAME)
                    .build();
            boolean spoken = AnyCall.call(channel, "grpc.health.v1.Health/Check", new byte[0])
                    .status()
                    .isOk();
            channel.shutdownNow();
            assertThat(channel.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            return spoken;
        }
    }

    private TestAgent agent(String id, Issued files) {
        return new TestAgent(id, source, MeshConfigs.tls(files), TestAgent.temporary(), PERIOD, calendar);
    }

    /** What agents watch. */
    private Issued files(Issued first) throws IOException {
        Issued files = new Issued(shown.resolve("crt"), shown.resolve("key"), shown.resolve("ca"));
        copy(first.certificate(), files.certificate());
        copy(first.key(), files.key());
        copy(first.authorities(), files.authorities());
        return files;
    }

    private static void show(Issued issued, Issued files, TestAgent... agents) throws IOException {
        List<Optional<Instant>> before = new ArrayList<>();
        for (TestAgent agent : agents) {
            before.add(agent.mesh().certificateExpiry());
        }
        copy(issued.certificate(), files.certificate());
        copy(issued.key(), files.key());
        for (int i = 0; i < agents.length; i++) {
            int each = i;
            Poll.until(() -> !agents[each].mesh().certificateExpiry().equals(before.get(each)));
        }
    }

    /** As a ConfigMap or cert-manager does it: by a rename. */
    private static void copy(Path from, Path to) throws IOException {
        Path beside = to.resolveSibling(to.getFileName() + ".new");
        Files.copy(from, beside, StandardCopyOption.REPLACE_EXISTING);
        Files.move(beside, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
