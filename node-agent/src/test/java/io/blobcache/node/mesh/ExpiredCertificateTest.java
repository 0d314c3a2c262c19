package io.blobcache.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.fs.Poll;
import io.blobcache.node.mesh.TestAuthority.Issued;
import io.blobcache.node.model.Blob;
import io.blobcache.node.tier.ScriptedSource;
import io.blobcache.proto.v1.PeerGrpc;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A certificate that runs out while a connection is open (F-62): no call after that goes over it, at either end. */
class ExpiredCertificateTest {
    private static final String NAME = MeshConfig.DEFAULT.tlsName();
    private static final Duration PERIOD = Duration.ofMillis(10);

    @TempDir
    private Path directory;

    private final byte[] content = new byte[1 << 20];
    private final ScriptedSource source = new ScriptedSource(content);
    private int blobs;
    private volatile Duration passed = Duration.ZERO;
    private final InstantSource calendar = () -> Instant.now().plus(passed);

    @Test
    void theNextCallOfOneWhoseCertificateRanOutIsDeniedOnTheOpenConnection() throws Exception {
        TestAuthority authority = new TestAuthority(directory);
        Issued own = authority.issue("server", NAME, 20);
        Issued member = authority.issue("member", NAME, 10);
        try (TestAgent server = agent("server", own)) {
            ManagedChannel channel = channel(server, member);
            try {
                assertThat(refusal(channel)).isEqualTo(Status.Code.INVALID_ARGUMENT);

                passed = Duration.ofDays(11);

                assertThat(refusal(channel)).isEqualTo(Status.Code.PERMISSION_DENIED);
            } finally {
                channel.shutdownNow();
                assertThat(channel.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void anOpenConnectionIsLeftWhenTheOthersCertificateRanOut() throws Exception {
        TestAuthority authority = new TestAuthority(directory.resolve("first"));
        TestAuthority other = new TestAuthority(directory.resolve("other"));
        Path trusted = Files.copy(authority.authorities(), directory.resolve("trusted.pem"));
        Issued files = authority.issue("reader", NAME, 20);
        try (TestAgent reader = agent("reader", new Issued(files.certificate(), files.key(), trusted));
                TestAgent lender = agent("lender", authority.issue("lender", NAME, 10), InstantSource.system());
                TestAgent probe = agent("probe", authority.issue("probe", NAME, 10), InstantSource.system())) {
            reader.members(lender.member());
            assertThat(servedByPeer(reader)).isTrue();
            // From now on the lender is only spoken to over the connection that is open.
            Path next = Files.copy(other.authorities(), directory.resolve("next.pem"));
            Files.move(next, trusted, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Poll.until(() -> isTrustedNoMore(reader, lender, probe));
            reader.members(lender.member());
            assertThat(servedByPeer(reader)).isTrue();

            passed = Duration.ofDays(11);

            assertThat(servedByPeer(reader)).isFalse();
        }
    }

    /** Whether a new connection fails, while the one to the lender stays open. */
    private boolean isTrustedNoMore(TestAgent reader, TestAgent lender, TestAgent probe) throws Exception {
        reader.members(lender.member());
        reader.members(lender.member(), probe.member());
        servedByPeer(reader);
        return reader.asked.failed.sum() > 0;
    }

    /** Whether a block that nobody read before comes from a peer; if not, it comes from the source. */
    private boolean servedByPeer(TestAgent reader) throws Exception {
        long before = reader.asked.here.sum();
        blobs++;
        assertThat(reader.read(Blob.ofSource("scripted", "p" + blobs, "v", content.length)))
                .isEqualTo(content);
        return reader.asked.here.sum() > before;
    }

    private TestAgent agent(String id, Issued files) {
        return agent(id, files, calendar);
    }

    private TestAgent agent(String id, Issued files, InstantSource by) {
        return new TestAgent(id, source, MeshConfigs.tls(files), TestAgent.temporary(), PERIOD, by);
    }

    private static ManagedChannel channel(TestAgent server, Issued member) throws Exception {
        return NettyChannelBuilder.forAddress(
                        "127.0.0.1",
                        server.port(),
                        TlsChannelCredentials.newBuilder()
                                .keyManager(
                                        member.certificate().toFile(),
                                        member.key().toFile())
                                .trustManager(member.authorities().toFile())
                                .build())
                .overrideAuthority(NAME)
                .build();
    }

    /** How a request for a block fails; a member's because it names none. */
    private static Status.Code refusal(ManagedChannel channel) {
        return Assertions.catchThrowableOfType(
                        StatusRuntimeException.class,
                        () -> PeerGrpc.newBlockingStub(channel)
                                .withDeadlineAfter(20, TimeUnit.SECONDS)
                                .readBlock(ReadBlockRequest.getDefaultInstance())
                                .hasNext())
                .getStatus()
                .getCode();
    }
}
