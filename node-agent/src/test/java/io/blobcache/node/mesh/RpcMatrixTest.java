package io.blobcache.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.config.SourceConfig;
import io.blobcache.node.config.WatchedFile;
import io.blobcache.node.mesh.TestAuthority.Issued;
import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.source.SourceAddress;
import io.blobcache.node.source.SourceEntry;
import io.blobcache.node.source.directory.DirectorySource;
import io.blobcache.proto.StoreContentResponse;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each method that an agent offers, each kind of caller, and things that are there, that are not, and that no honest caller
 * would ask for: P-20 and F-54.
 */
class RpcMatrixTest {
    private static final String NAME = MeshConfig.DEFAULT.tlsName();

    /** A status, or whether an answer that is OK has what was asked for. Several of hostile names, in the alphabet's order. */
    private static final String TABLE = """
            method                                                     | client: there, not there, hostile name                   | member: there, not there, hostile name
            blobcache.BlobCache/GetContent                             | yes | no | INVALID_ARGUMENT                              | yes | no | INVALID_ARGUMENT
            blobcache.BlobCache/GetContentStream                       | yes | no | INVALID_ARGUMENT                              | yes | no | INVALID_ARGUMENT
            blobcache.BlobCache/HasContent                             | yes | no | INVALID_ARGUMENT                              | yes | no | INVALID_ARGUMENT
            blobcache.BlobCache/StoreContent                           | yes | yes | yes                                          | yes | yes | yes
            blobcache.BlobCache/StoreContentFromSource                 | yes | no | no                                            | yes | no | no
            blobcache.BlobCache/StoreContentFromSourceWithLock         | yes | no | no                                            | yes | no | no
            blobcache.BlobCache/GetState                               | yes | yes | yes                                          | yes | yes | yes
            blobcache.BlobCache/GetAvailableHosts                      | yes | no | no,yes                                        | yes | no | no,yes
            blobcache.v1.Peer/ReadBlock                                | PERMISSION_DENIED | PERMISSION_DENIED | PERMISSION_DENIED | yes | NOT_FOUND | INVALID_ARGUMENT,NOT_FOUND
            blobcache.v1.Peer/OpenBulk                                 | PERMISSION_DENIED | PERMISSION_DENIED | PERMISSION_DENIED | no | no | no
            blobcache.v1.Peer/FindContent                              | PERMISSION_DENIED | PERMISSION_DENIED | PERMISSION_DENIED | yes | no | INVALID_ARGUMENT
            grpc.health.v1.Health/Check                                | yes | NOT_FOUND | NOT_FOUND,yes                          | yes | NOT_FOUND | NOT_FOUND,yes
            grpc.health.v1.Health/Watch                                | yes | yes | yes                                          | yes | yes | yes
            grpc.reflection.v1.ServerReflection/ServerReflectionInfo   | yes | no | no                                            | yes | no | no
            """;

    private static final List<String> HOSTILE = List.of(
            "",
            ".",
            "..",
            "../../../../etc/passwd",
            "/etc/passwd",
            "directory/../../beyond",
            ".blobcache/by-digest/../../../etc/passwd",
            "link",
            "./file",
            "directory//file",
            "file/",
            "file\0b",
            "\u202e\uffff",
            "x".repeat(10 << 10));

    /** For all tests: each certificate takes three runs of keytool. */
    @TempDir
    private static Path directory;

    private static Issued server;
    private static Issued client;
    private static Issued member;
    private static Issued expired;
    private static Issued foreign;

    private final List<ManagedChannel> channels = new ArrayList<>();
    private volatile Duration passed = Duration.ZERO;
    private Path tree;
    private Path state;
    private TestAgent agent;
    private String identity;
    private Blob file;
    private ManagedChannel known;
    private String digest;

    @BeforeAll
    static void issue() throws Exception {
        TestAuthority authority = new TestAuthority(directory.resolve("ours"));
        server = authority.issue("server", NAME, 20);
        client = authority.issue("client", "somebody");
        member = authority.issue("member", NAME);
        expired = authority.expired("expired", NAME);
        Issued other = new TestAuthority(directory.resolve("theirs")).issue("x", NAME);
        foreign = new Issued(other.certificate(), other.key(), authority.authorities());
    }

    @BeforeEach
    void start() throws Exception {
        tree = Files.createTempDirectory(directory, "tree");
        state = Files.createTempDirectory(directory, "state");
        Files.createDirectory(tree.resolve("directory"));
        Files.write(tree.resolve("file"), new byte[100]);
        Path beyond = Files.writeString(directory.resolve("beyond"), "root:");
        Files.createSymbolicLink(tree.resolve("link"), beyond);
        DirectorySource source =
                new DirectorySource(new SourceAddress.Directory(tree), SourceConfig.DEFAULT, new SourceCounters());
        agent = new TestAgent(
                "a",
                source,
                MeshConfigs.tls(server),
                state,
                WatchedFile.PERIOD,
                () -> Instant.now().plus(passed));
        agent.members(agent.member());
        SourceEntry.File entry = (SourceEntry.File) source.stat("file");
        identity = source.identity();
        file = source.blob(entry.path(), entry.version(), entry.lengthBytes());
        known = channel(credentials(member));
        byte[] stored = AnyCall.call(
                        known,
                        "blobcache.BlobCache/StoreContent",
                        request("blobcache.BlobCache/StoreContent", "a content"))
                .responses()
                .getFirst();
        digest = StoreContentResponse.parseFrom(stored).getHash();
    }

    @AfterEach
    void close() throws InterruptedException {
        for (ManagedChannel channel : channels) {
            channel.shutdownNow();
            assertThat(channel.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        }
        agent.close();
    }

    @Test
    void everyMethodThatIsOfferedStandsInTheTable() throws Exception {
        assertThat(OfferedMethods.of(known)).isEqualTo(table().keySet());
    }

    @Test
    void clientsAndMembersAreToldWhatTheTableSaysAndNothingOfTheMachine() throws Exception {
        Map<String, List<String>> told = new TreeMap<>();
        ManagedChannel other = channel(credentials(client));
        for (String method : table().keySet()) {
            List<String> cells = new ArrayList<>(told(other, method));
            cells.addAll(told(known, method));
            told.put(method, cells);
        }

        assertThat(told).isEqualTo(table());
    }

    @Test
    void whoIsNotOfTheMeshIsNotEvenSpokenTo() throws Exception {
        ChannelCredentials none = TlsChannelCredentials.newBuilder()
                .trustManager(server.authorities().toFile())
                .build();
        for (ChannelCredentials stranger :
                List.of(InsecureChannelCredentials.create(), none, credentials(foreign), credentials(expired))) {
            ManagedChannel channel = channel(stranger);
            for (String method : table().keySet()) {
                for (String name : names(method)) {
                    assertThat(AnyCall.call(channel, method, request(method, name))
                                    .status()
                                    .getCode())
                            .as("%s of %s", method, name)
                            .isEqualTo(Status.Code.UNAVAILABLE);
                }
            }
        }
    }

    @Test
    void whoseCertificateRanOutHearsOfEverythingTheSame() throws Exception {
        assertThat(AnyCall.call(known, "grpc.health.v1.Health/Check", new byte[0])
                        .status()
                        .isOk())
                .isTrue();

        passed = Duration.ofDays(11);

        Set<String> said = new TreeSet<>();
        for (String method : table().keySet()) {
            for (String name : names(method)) {
                said.add(AnyCall.call(known, method, request(method, name)).said());
            }
        }
        assertThat(said)
                .containsExactly(
                        Status.PERMISSION_DENIED.withDescription("denied").toString());
    }

    /** Three cells. */
    private List<String> told(ManagedChannel channel, String method) throws Exception {
        List<String> names = names(method);
        Set<String> hostile = new TreeSet<>();
        for (String name : names.subList(2, names.size())) {
            hostile.add(word(channel, method, name));
        }
        return List.of(
                word(channel, method, names.get(0)), word(channel, method, names.get(1)), String.join(",", hostile));
    }

    private String word(ManagedChannel channel, String method, String name) throws Exception {
        AskedOfMesh asked = asked(method);
        AnyCall.Answer answer = AnyCall.call(channel, method, request(method, name));
        assertThat(answer.said())
                .as("what %s says of %s", method, name)
                .doesNotContain(tree.toString(), state.toString(), identity, AskedOfMesh.KEY, "root:", "Exception");
        if (!method.endsWith("/GetAvailableHosts") && !method.endsWith("/GetState")) {
            assertThat(answer.said()).doesNotContain("127.0.0.1", "localhost", Integer.toString(agent.port()));
        }
        if (answer.status().getCode() == Status.Code.PERMISSION_DENIED) {
            assertThat(answer.said())
                    .isEqualTo(
                            Status.PERMISSION_DENIED.withDescription("denied").toString());
        }
        return answer.word(asked.response(), asked.shows());
    }

    /** One that is there, one that is not, and hostile ones. */
    private List<String> names(String method) {
        List<String> names = new ArrayList<>(List.of(asked(method).there(), AskedOfMesh.ABSENT));
        names.addAll(HOSTILE);
        return names;
    }

    private byte[] request(String method, String name) {
        return asked(method).request().apply(name).toByteArray();
    }

    private AskedOfMesh asked(String method) {
        return AskedOfMesh.of(method, identity, file, String.valueOf(digest));
    }

    private static Map<String, List<String>> table() {
        Map<String, List<String>> table = new TreeMap<>();
        TABLE.lines().skip(1).forEach(line -> {
            List<String> cells =
                    Arrays.stream(line.split("\\|")).map(String::strip).toList();
            table.put(cells.getFirst(), cells.subList(1, cells.size()));
        });
        return table;
    }

    private ManagedChannel channel(ChannelCredentials credentials) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", agent.port(), credentials)
                .overrideAuthority(NAME)
                .maxInboundMetadataSize(64 << 10)
                .build();
        channels.add(channel);
        return channel;
    }

    private static ChannelCredentials credentials(Issued issued) throws Exception {
        return TlsChannelCredentials.newBuilder()
                .keyManager(issued.certificate().toFile(), issued.key().toFile())
                .trustManager(issued.authorities().toFile())
                .build();
    }
}
