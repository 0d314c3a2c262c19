package io.blobcache.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.admin.AdminServer;
import io.blobcache.node.admin.Statuses;
import io.blobcache.node.config.AgentConfig;
import io.blobcache.node.config.ConfigLoader;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.SourceAddress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @TempDir
    private Path directory;

    private Invocation blobcache;
    private String state;
    private String mountPoint;

    @BeforeEach
    void prepare() {
        blobcache = new Invocation(directory.resolve("run"));
        state = directory.resolve("state").toString();
        mountPoint = directory.resolve("mnt").toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mount", "unmount", "agent", "wait", "cluster", "stat", "warm", "put", "get", "config", "demo",
                "version"
            })
    void everyCommandHasHelpWithExamplesAndExitCodes(String command) {
        assertThat(blobcache.run(command, "--help")).isZero();
        assertThat(blobcache.out())
                .contains("Usage: blobcache " + command)
                .contains("Examples:")
                .contains("Exit codes:")
                .contains("12   no mount of blobcache there");
        assertThat(blobcache.err()).isEmpty();
    }

    @Test
    void withoutACommandItShowsWhatThereIs() {
        assertThat(blobcache.run()).isZero();
        assertThat(blobcache.out())
                .contains(
                        "mount", "unmount", "agent", "wait", "cluster", "stat", "warm", "put", "get", "config", "demo",
                        "version");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mount",
                "mount s3://b",
                "mount ftp://x /mnt",
                "mount --colour s3://b /mnt",
                "mount --endpoint nonsense s3://b /mnt",
                "frobnicate",
                "stat",
                "stat /mnt --output xml",
                "unmount /mnt --timeout soon",
                "warm",
                "warm --jobs 0 /mnt",
                "put",
                "put --address nonsense file",
                "get",
                "get 9f86d0",
                "config --check a --config b",
                "config --check /does/not/exist",
                "config --config /",
            })
    void wrongArgumentsAreOneLineWithTheRemedy(String arguments) {
        assertThat(blobcache.run(arguments.split(" ", -1))).isEqualTo(2);
        assertThat(blobcache.err()).startsWith("blobcache: ").endsWith("\n");
        assertThat(blobcache.err().lines()).hasSize(1);
        assertThat(blobcache.out()).isEmpty();
    }

    @Test
    void versionIsShort() {
        assertThat(blobcache.run("version")).isZero();
        assertThat(blobcache.out()).matches("blobcache \\S+ \\(JDK 25.*, Linux .*\\)\n");
    }

    @Test
    void versionIsAlsoJson() {
        assertThat(blobcache.run("version", "--output", "json")).isZero();
        assertThat(blobcache.out()).startsWith("{\"version\":\"").contains("\"java\":\"25");
    }

    @Test
    void configPrintsAFileThatMeansTheSame() throws IOException {
        Path changed = Files.writeString(directory.resolve("in.yaml"), "disk: {quotaBytes: 1GiB}\n");
        assertThat(blobcache.run("config", "--config", changed.toString())).isZero();

        Path printed = Files.writeString(directory.resolve("out.yaml"), blobcache.out());

        assertThat(ConfigLoader.load(printed)).isEqualTo(ConfigLoader.load(changed));
        assertThat(blobcache.out()).contains("# Default 4MiB: ");
    }

    @Test
    void configIsAlsoJson() {
        assertThat(blobcache.run("config", "--output", "json")).isZero();
        assertThat(blobcache.out()).startsWith("{\n  \"blockSize\": \"4MiB\",").contains("\"readerThreads\": 4");
    }

    @Test
    void checkNamesEveryWrongField() throws IOException {
        Path file = Files.writeString(directory.resolve("bad.yaml"), "blockSize: 3\nfuse: {readerThreads: 99, x: 1}\n");

        assertThat(blobcache.run("config", "--check", file.toString())).isEqualTo(2);
        assertThat(blobcache.err().lines())
                .hasSize(3)
                .allMatch(line -> line.startsWith("blobcache: line "))
                .anyMatch(line -> line.contains("blockSize must be"))
                .anyMatch(line -> line.contains("fuse.readerThreads must be in [1, 64], was: 99"))
                .anyMatch(line -> line.contains("fuse.x is unknown"));
    }

    @Test
    void checkOfAGoodFileSaysSo() throws IOException {
        Path file = Files.writeString(directory.resolve("good.yaml"), "blockSize: 16MiB\n");

        assertThat(blobcache.run("config", "--check", file.toString())).isZero();
        assertThat(blobcache.out()).isEqualTo(file + ": ok\n");
    }

    @Test
    void mountHandsTheSourceAndTheConfigurationToTheAgent() throws IOException {
        Path file = Files.writeString(directory.resolve("a.yaml"), "blockSize: 1MiB\n");

        int code = blobcache.run(
                "mount",
                "--foreground",
                "--state=" + state,
                "--config=" + file,
                "--endpoint=http://127.0.0.1:9000",
                "--region=eu-1",
                "--path-style",
                "s3://bucket/some/prefix/",
                mountPoint);

        assertThat(code).as(blobcache.err()).isZero();
        assertThat(blobcache.out())
                .startsWith("mounted s3://models/llama on /mnt/models (kernel transport, passthrough");
        assertThat(blobcache.started).hasSize(1);
        assertThat(blobcache.started.getFirst().sources().getFirst().address())
                .isEqualTo(new SourceAddress.S3(
                        "bucket", "some/prefix", URI.create("http://127.0.0.1:9000"), "eu-1", true));
        assertThat(blobcache.started.getFirst().directory()).isEqualTo(Path.of(mountPoint));
        assertThat(blobcache.started.getFirst().state()).isEqualTo(Path.of(state));
        assertThat(blobcache.configs.getFirst().blockSize().bytes()).isEqualTo(1 << 20);
        assertThat(blobcache.registry.all())
                .as("forgotten when the mount is gone")
                .isEmpty();
    }

    @Test
    void aBadConfigurationMountsNothing() throws IOException {
        Path file = Files.writeString(directory.resolve("a.yaml"), "nonsense: 1\n");

        assertThat(blobcache.run("mount", "--foreground", "--config=" + file, "--state=" + state, "dir:/", mountPoint))
                .isEqualTo(2);
        assertThat(blobcache.started).isEmpty();
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new BlobException.Unavailable("http://x refused the connection", null), 3),
                Arguments.of(new BlobException.TimedOut("http://x did not answer in 5s", null), 3),
                Arguments.of(new BlobException.Denied("s3://b refuses the credentials: check AWS_PROFILE", null), 4),
                Arguments.of(new BlobException.NotFound("bucket b does not exist"), 5),
                Arguments.of(new FileSystemException("/state/listings", null, "No space left on device"), 13),
                Arguments.of(new FileSystemException("/state/listings", null, "Disk quota exceeded"), 13),
                Arguments.of(new IOException("something\nover two lines"), 1));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void eachKindOfFailureHasItsExitCodeAndOneLine(IOException failure, int code) {
        blobcache.failWith(failure);

        assertThat(blobcache.run("mount", "--foreground", "--state=" + state, "dir:/", mountPoint))
                .isEqualTo(code);
        assertThat(blobcache.err().lines()).hasSize(1);
        assertThat(blobcache.err()).startsWith("blobcache: ").doesNotContain("\tat ");
    }

    @Test
    void aDetachedAgentReportsOnStandardOutput() {
        blobcache.failWith(new BlobException.NotFound("bucket b does not exist"));
        assertThat(blobcache.run("mount", "--detached", "--state=" + state, "dir:/", mountPoint))
                .isEqualTo(5);
        assertThat(blobcache.out()).isEqualTo("bucket b does not exist\n");
        assertThat(blobcache.err()).isEmpty();
    }

    @Test
    void theStackTraceIsShownOnRequestOnly() {
        blobcache.failWith(new BlobException.NotFound("bucket b does not exist"));
        blobcache.environment.put("BLOBCACHE_DEBUG", "1");

        blobcache.run("mount", "--foreground", "--state=" + state, "dir:/", mountPoint);

        assertThat(blobcache.err()).contains("\tat io.blobcache");
    }

    @Test
    void aStateDirectoryThatIsAFileIsNamed() throws IOException {
        Files.writeString(Path.of(state), "in the way");

        assertThat(blobcache.run("mount", "--foreground", "--state=" + state, "dir:/", mountPoint))
                .isEqualTo(10);
        assertThat(blobcache.err()).contains(state).contains("--state");
    }

    @Test
    void aStateDirectoryInUseIsNotShared() throws Exception {
        StateDirectory held = StateDirectory.open(Path.of(state));
        try {
            assertThat(blobcache.run("mount", "--foreground", "--state=" + state, "dir:/", mountPoint))
                    .isEqualTo(11);
        } finally {
            held.close();
        }
        assertThat(blobcache.run("mount", "--foreground", "--state=" + state, "dir:/", mountPoint))
                .isZero();
    }

    @Test
    void statAsksTheAgentThatServesTheMount() throws IOException {
        try (AdminServer agent = AdminServer.start(0, Statuses::healthy, () -> "")) {
            register(agent.port());

            assertThat(blobcache.run("stat", mountPoint)).isZero();
            assertThat(blobcache.run("stat", mountPoint, "--output", "json")).isZero();

            assertThat(blobcache.out())
                    .contains("s3://models/llama on /mnt/models")
                    .contains("\"adminPort\":4242");
        }
    }

    @Test
    void statOfAnAgentThatDoesNotAnswerSaysWhereToLook() throws IOException {
        register(1);

        assertThat(blobcache.run("stat", mountPoint)).isEqualTo(1);
        assertThat(blobcache.err()).contains("does not answer").contains("agent.log");
    }

    @Test
    void whereNothingIsMountedThereIsNothingToShowOrUnmount() {
        assertThat(blobcache.run("stat", mountPoint)).isEqualTo(12);
        assertThat(blobcache.run("unmount", mountPoint)).isEqualTo(12);
        assertThat(blobcache.err()).contains("blobcache mount SOURCE " + mountPoint);
    }

    @Test
    void anEntryOfAProcessThatIsGoneDoesNotCount() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        blobcache.registry.add(entry(gone.pid(), Instant.now(), 1));

        assertThat(blobcache.run("stat", mountPoint)).isEqualTo(12);
    }

    @Test
    void anEntryOfAnotherProcessWithTheSameIdDoesNotCount() throws IOException {
        blobcache.registry.add(entry(ProcessHandle.current().pid(), Instant.EPOCH, 1));

        assertThat(blobcache.run("stat", mountPoint)).isEqualTo(12);
    }

    @Test
    void unmountEndsTheAgentAndForgetsIt() throws Exception {
        Process agent = new ProcessBuilder("sleep", "60").start();
        try {
            blobcache.registry.add(
                    entry(agent.pid(), agent.info().startInstant().orElseThrow(), 1));

            assertThat(blobcache.run("unmount", mountPoint)).as(blobcache.err()).isZero();

            assertThat(agent.isAlive()).isFalse();
            assertThat(blobcache.registry.all()).isEmpty();
        } finally {
            agent.destroyForcibly();
        }
    }

    @Test
    void anAgentThatDoesNotEndIsEndedByForce() throws Exception {
        Process agent = new ProcessBuilder("sh", "-c", "trap '' TERM; echo up; while :; do sleep 1; done").start();
        try {
            assertThat(agent.inputReader().readLine()).isEqualTo("up");
            blobcache.registry.add(
                    entry(agent.pid(), agent.info().startInstant().orElseThrow(), 1));

            assertThat(blobcache.run("unmount", mountPoint, "--timeout", "1")).isZero();
            assertThat(agent.waitFor()).isEqualTo(137);
        } finally {
            agent.destroyForcibly();
        }
    }

    @Test
    void eachSourceHasAStateDirectoryOfItsOwnThatStaysTheSame() {
        Path one = StateDirectory.defaultFor("s3://bucket/a", blobcache.environment);
        List<Path> others = List.of(
                StateDirectory.defaultFor("s3://bucket/b", blobcache.environment),
                StateDirectory.defaultFor("s3://bucket-a", blobcache.environment),
                StateDirectory.defaultFor("s3://bucket/a?", blobcache.environment));

        assertThat(StateDirectory.defaultFor("s3://bucket/a", blobcache.environment))
                .isEqualTo(one);
        assertThat(others).doesNotContain(one).doesNotHaveDuplicates();
        assertThat(one.getFileName().toString()).startsWith("s3-bucket-a-").matches("[A-Za-z0-9.-]+");
    }

    @Test
    void theDefaultConfigurationNeedsNoFile() {
        assertThat(blobcache.run("mount", "--foreground", "--state=" + state, "dir:/", mountPoint))
                .isZero();
        assertThat(blobcache.configs).containsExactly(AgentConfig.DEFAULT);
    }

    private void register(int port) throws IOException {
        ProcessHandle self = ProcessHandle.current();
        blobcache.registry.add(entry(self.pid(), self.info().startInstant().orElseThrow(), port));
    }

    private MountRegistry.Entry entry(long pid, Instant started, int port) {
        return new MountRegistry.Entry(pid, started, port, mountPoint, "s3://models", state);
    }
}
