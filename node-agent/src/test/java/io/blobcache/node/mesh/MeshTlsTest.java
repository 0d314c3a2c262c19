package io.blobcache.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.TestAuthority.Issued;
import io.blobcache.node.model.Blob;
import io.blobcache.node.tier.ScriptedSource;
import io.blobcache.proto.v1.OpenBulkRequest;
import io.blobcache.proto.v1.PeerGrpc;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members show each other certificates; who has none, or another one, learns nothing (P-20). */
class MeshTlsTest {
    private static final String NAME = MeshConfig.DEFAULT.tlsName();

    /** For all tests: each certificate takes three runs of keytool. */
    @TempDir
    private static Path directory;

    private static TestAuthority authority;
    private static final List<Issued> MEMBERS = new ArrayList<>();

    private final byte[] content = new byte[3 << 20];
    private final ScriptedSource source = new ScriptedSource(content);
    private final Blob blob = Blob.ofSource("scripted", "p", "v", content.length);
    private final List<TestAgent> agents = new ArrayList<>();

    @BeforeAll
    static void issue() throws Exception {
        authority = new TestAuthority(directory.resolve("ours"));
        MEMBERS.add(authority.issue("a", NAME));
        MEMBERS.add(authority.issue("b", NAME));
    }

    @BeforeEach
    void start() {
        agents.add(new TestAgent("a", source, MeshConfigs.tls(MEMBERS.get(0))));
        agents.add(new TestAgent("b", source, MeshConfigs.tls(MEMBERS.get(1))));
        agents.forEach(
                agent -> agent.members(agents.get(0).member(), agents.get(1).member()));
    }

    @AfterEach
    void close() {
        agents.forEach(TestAgent::close);
    }

    @Test
    void membersWithCertificatesServeEachOther() throws Exception {
        assertThat(agents.get(0).read(blob)).isEqualTo(content);
        assertThat(agents.get(1).read(blob)).isEqualTo(content);

        assertThat(source.reads).hasValue(3);
        assertThat(agents.get(0).mesh().certificateExpiry())
                .hasValueSatisfying(expiry -> assertThat(expiry)
                        .isBetween(
                                Instant.now().plus(Duration.ofDays(9)),
                                Instant.now().plus(Duration.ofDays(11))));
    }

    @Test
    void whoHasNoCertificateOfTheMeshIsNotSpokenTo() throws Exception {
        Issued foreign = new TestAuthority(directory.resolve("theirs")).issue("x", NAME);
        Issued ours = new Issued(foreign.certificate(), foreign.key(), authority.authorities());

        assertThat(refusal(InsecureChannelCredentials.create())).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refusal(TlsChannelCredentials.newBuilder()
                        .trustManager(authority.authorities().toFile())
                        .build()))
                .isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refusal(credentials(ours))).isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void aClientOfTheAuthorityIsNoMember() throws Exception {
        ChannelCredentials client = credentials(authority.issue("client", "somebody"));

        assertThat(refusal(client)).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(refusal(credentials(MEMBERS.get(1)))).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    /** How a request for a block fails; a member's because it names none. */
    private Status.Code refusal(ChannelCredentials credentials) throws IOException, InterruptedException {
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        "127.0.0.1", agents.getFirst().member().port(), credentials)
                .overrideAuthority(NAME)
                .build();
        try {
            PeerGrpc.PeerBlockingStub stub = PeerGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
            StatusRuntimeException block = Assertions.catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> stub.readBlock(ReadBlockRequest.getDefaultInstance()).hasNext());
            if (block.getStatus().getCode() == Status.Code.PERMISSION_DENIED) {
                StatusRuntimeException other = Assertions.catchThrowableOfType(
                        StatusRuntimeException.class, () -> stub.openBulk(OpenBulkRequest.getDefaultInstance()));
                assertThat(other.getStatus().toString())
                        .isEqualTo(block.getStatus().toString());
            }
            return block.getStatus().getCode();
        } finally {
            channel.shutdownNow();
            assertThat(channel.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static ChannelCredentials credentials(Issued issued) throws IOException {
        return TlsChannelCredentials.newBuilder()
                .keyManager(issued.certificate().toFile(), issued.key().toFile())
                .trustManager(issued.authorities().toFile())
                .build();
    }
}
