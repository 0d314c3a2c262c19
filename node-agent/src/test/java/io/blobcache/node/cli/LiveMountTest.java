package io.blobcache.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.demo.LocalBucket;
import io.blobcache.node.mounter.MountTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line as a user has it: processes of their own, a real mount, exit codes seen by a shell. */
class LiveMountTest {
    private static final int LIMIT_SECONDS = 60;

    @TempDir
    private Path directory;

    private Path mount;
    private Path state;
    private String source;
    private LocalBucket bucket;

    private record Ended(int code, String out, String err) {}

    @BeforeEach
    void prepare() throws IOException {
        mount = Files.createDirectory(directory.resolve("mnt"));
        state = directory.resolve("state");
        bucket = LocalBucket.start("models", Map.of("weights", 5_000_000L), 7);
        source = "s3://models";
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted()) {
            blobcache("unmount", mount.toString());
        }
        assertThat(mounted()).isFalse();
        bucket.close();
    }

    @Test
    void mountReturnsWhenItAnswersAndUnmountLeavesNothing() throws Exception {
        Ended mounting = mount(state, source, mount);
        assertThat(mounting.code()).as(mounting.err()).isZero();
        assertThat(mounting.out())
                .startsWith("mounted " + source + " on " + mount)
                .containsPattern(" in \\d+\\.\\d\\d s\n");
        assertThat(sha256sum(mount.resolve("weights"))).isEqualTo(bucket.sha256("weights"));

        Ended stat = blobcache("stat", mount.toString());
        assertThat(stat.code()).as(stat.err()).isZero();
        assertThat(stat.out()).contains(source + " on " + mount).contains("health    ok");

        Ended again = mount(directory.resolve("other"), source, mount);
        assertThat(again.code()).as(again.err()).isEqualTo(8);
        assertThat(again.err().lines()).hasSize(1);

        Path second = Files.createDirectory(directory.resolve("second"));
        Ended sameState = mount(state, source, second);
        assertThat(sameState.code()).as(sameState.err()).isEqualTo(11);

        Ended unmounting = blobcache("unmount", mount.toString());
        assertThat(unmounting.code()).as(unmounting.err()).isZero();
        assertThat(mounted()).isFalse();
        assertThat(blobcache("stat", mount.toString()).code()).isEqualTo(12);
        try (var left = Files.list(directory.resolve("run").resolve("blobcache"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void anAgentThatWasKilledLeavesAMountThatUnmountTakesAway() throws Exception {
        Ended mounting = mount(state, source, mount);
        assertThat(mounting.code()).as(mounting.err()).isZero();
        long pid = Long.parseLong(mounting.out().replaceAll("(?s).*pid (\\d+).*", "$1"));

        ProcessHandle agent = ProcessHandle.of(pid).orElseThrow();
        agent.destroyForcibly();
        agent.onExit().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertThat(mounted()).isTrue();

        assertThat(blobcache("unmount", mount.toString()).code()).isZero();
        assertThat(mounted()).isFalse();
    }

    @Test
    void whatCannotBeMountedIsOneLineWithACodeOfItsOwn() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");
        Path full = Files.createDirectory(directory.resolve("full"));
        Files.writeString(full.resolve("x"), "");

        assertRefused(6, source, directory.resolve("missing"));
        assertRefused(6, source, file);
        assertRefused(7, source, full);
        assertRefused(5, "s3://no-such-bucket", mount);
        bucket.close();
        assertRefused(3, source, mount);
        assertThat(mounted()).isFalse();
    }

    private void assertRefused(int code, String from, Path on) throws Exception {
        Ended ended = mount(state, from, on);
        assertThat(ended.code()).as(ended.toString()).isEqualTo(code);
        assertThat(ended.err()).startsWith("blobcache: ");
        assertThat(ended.err().lines()).hasSize(1);
        assertThat(ended.out()).isEmpty();
    }

    private Ended mount(Path heldBy, String from, Path on) throws Exception {
        return blobcache(
                "mount",
                "--endpoint=" + bucket.endpoint(),
                "--region=us-east-1",
                "--path-style",
                "--state=" + heldBy,
                from,
                on.toString());
    }

    private static String sha256sum(Path file) throws Exception {
        Process process = new ProcessBuilder("sha256sum", file.toString()).start();
        String line = process.inputReader().readLine();
        assertThat(process.waitFor()).isZero();
        return line.substring(0, 64);
    }

    private boolean mounted() throws IOException {
        return MountTable.fuseMinorOf(MountPoints.resolve(mount)).isPresent();
    }

    private Ended blobcache(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(directory, "out", "");
        Path err = Files.createTempFile(directory, "err", "");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        Map<String, String> environment = builder.environment();
        environment.put(
                "BLOBCACHE_RUN_DIR",
                directory.resolve("run").resolve("blobcache").toString());
        environment.put("AWS_ACCESS_KEY_ID", "test");
        environment.put("AWS_SECRET_ACCESS_KEY", "test");
        Process process = builder.start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("did not end: " + command);
        }
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
