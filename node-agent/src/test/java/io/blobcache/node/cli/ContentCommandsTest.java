package io.blobcache.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.admin.AdminServer;
import io.blobcache.node.admin.Statuses;
import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.MeshConfigs;
import io.blobcache.node.mesh.TestAgent;
import io.blobcache.node.mesh.TestAuthority;
import io.blobcache.node.mesh.TestAuthority.Issued;
import io.blobcache.node.model.Sha256;
import io.blobcache.node.tier.ScriptedSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** put, get and warm, as processes that are none, with an agent over real sockets. */
class ContentCommandsTest {
    @TempDir
    private Path directory;

    private final byte[] content = new byte[9_000_000];
    private Path file;
    private TestAgent agent;
    private String address;
    private Invocation blobcache;

    @BeforeEach
    void open() throws IOException {
        new Random(11).nextBytes(content);
        file = Files.write(directory.resolve("file"), content);
        agent = new TestAgent("a", new ScriptedSource(new byte[0]), MeshConfig.DEFAULT, directory.resolve("state"));
        address = "127.0.0.1:" + agent.port();
        blobcache = new Invocation(directory.resolve("run"));
    }

    @AfterEach
    void close() {
        agent.close();
    }

    @Test
    void whatIsPutIsGotByItsDigest() throws IOException {
        Path copy = directory.resolve("copy");

        assertThat(blobcache.run("put", "--address", address, file.toString())).isZero();
        assertThat(blobcache.run("get", "--address", address, digest(), "-o", copy.toString()))
                .isZero();

        assertThat(blobcache.out()).startsWith(digest() + "  " + file + "\n");
        assertThat(copy).hasBinaryContent(content);
        assertThat(blobcache.err()).isEmpty();
    }

    @Test
    void anAgentWithAMeshIsFoundByItself() throws IOException {
        try (AdminServer alone = AdminServer.start(0, Statuses::healthy, () -> "");
                AdminServer meshed = AdminServer.start(0, () -> Statuses.withMesh(agent.port()), () -> "")) {
            register(alone.port(), directory.resolve("alone"));
            register(meshed.port(), directory.resolve("meshed"));

            assertThat(blobcache.run("put", "--output", "json", file.toString()))
                    .isZero();
        }
        assertThat(blobcache.out()).contains("\"digest\":\"" + digest() + "\",\"bytes\":9000000");
    }

    @Test
    void aMeshWithTlsWantsACertificateOfItsAuthority() throws Exception {
        TestAuthority authority = new TestAuthority(directory.resolve("authority"));
        Issued member = authority.issue("member", MeshConfig.DEFAULT.tlsName());
        Issued client = authority.issue("client", "somebody");
        Path config = Files.writeString(
                directory.resolve("tls.yaml"),
                "mesh: {tlsCertificate: '%s', tlsKey: '%s', tlsAuthorities: '%s'}"
                        .formatted(client.certificate(), client.key(), client.authorities()));
        try (TestAgent secured = new TestAgent(
                "b", new ScriptedSource(new byte[0]), MeshConfigs.tls(member), directory.resolve("secured"))) {
            String there = "127.0.0.1:" + secured.port();

            assertThat(blobcache.run("put", "--address", there, file.toString()))
                    .isEqualTo(1);
            assertThat(blobcache.err()).contains("--config");
            assertThat(blobcache.run("put", "--address", there, "--config", config.toString(), file.toString()))
                    .isZero();
            assertThat(blobcache.run(
                            "get",
                            "--address",
                            there,
                            "--config",
                            config.toString(),
                            digest(),
                            "-o",
                            directory.resolve("copy").toString()))
                    .isZero();
        }
        assertThat(directory.resolve("copy")).hasBinaryContent(content);
    }

    @Test
    void withoutAnAgentOrAMeshItSaysWhatToDo() throws IOException {
        assertThat(blobcache.run("put", file.toString())).isEqualTo(12);
        assertThat(blobcache.err()).contains("mesh.members").contains("--address HOST:PORT");

        try (AdminServer alone = AdminServer.start(0, Statuses::healthy, () -> "")) {
            register(alone.port(), directory.resolve("alone"));
            assertThat(blobcache.run("put", file.toString())).isEqualTo(1);
        }
        assertThat(blobcache.err()).contains("no agent of this machine has a mesh");
    }

    @Test
    void whatNobodyHasIsAnErrorAndLeavesNoFile() throws IOException {
        Path copy = directory.resolve("copy");

        assertThat(blobcache.run("get", "--address", address, "0".repeat(64), "-o", copy.toString()))
                .isEqualTo(5);

        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(path -> path.getFileName().toString())).doesNotContain("copy", "copy.part");
        }
    }

    @Test
    void aTreeIsReadAndCounted() throws IOException {
        Path mount = directory.resolve("mnt");
        Files.createDirectories(mount.resolve("deep/er"));
        Files.write(mount.resolve("a"), new byte[10]);
        Files.write(mount.resolve("deep/er/b"), new byte[2_000_000]);
        Files.createSymbolicLink(mount.resolve("deep/link"), Path.of("er/b"));
        Files.createDirectories(mount.resolve(".blobcache/by-digest"));
        Files.write(mount.resolve(".blobcache/by-digest/c"), new byte[5]);
        register(1, mount);

        assertThat(blobcache.run("warm", "--jobs", "2", "--output", "json", mount.toString()))
                .isZero();
        assertThat(blobcache.out()).startsWith("{\"files\":2,\"bytes\":2000010,\"failures\":0,");
    }

    @Test
    void whatCannotBeReadIsNamedAndCounted() throws IOException {
        Path mount = Files.createDirectories(directory.resolve("mnt"));
        register(1, mount);

        assertThat(blobcache.run("warm", mount.resolve("missing").toString())).isEqualTo(1);
        assertThat(blobcache.out()).contains("1 failed");
        assertThat(blobcache.err()).contains("missing: does not exist");
        assertThat(blobcache.run("warm", file.toString())).isEqualTo(12);
    }

    private String digest() {
        return HexFormat.of().formatHex(Sha256.begin().digest(content));
    }

    private void register(int adminPort, Path mounted) throws IOException {
        ProcessHandle self = ProcessHandle.current();
        blobcache.registry.add(new MountRegistry.Entry(
                self.pid(),
                self.info().startInstant().orElseThrow(),
                adminPort,
                MountPoints.resolve(mounted).toString(),
                "s3://models",
                directory.toString()));
    }
}
