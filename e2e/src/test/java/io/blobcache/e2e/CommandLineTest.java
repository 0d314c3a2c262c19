package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.LoopDisk;
import io.blobcache.e2e.rig.Mounts;
import io.blobcache.e2e.rig.Project;
import io.blobcache.e2e.rig.S3Server;
import io.blobcache.e2e.rig.Scratch;
import io.blobcache.e2e.rig.Shell;
import io.blobcache.e2e.rig.Tree;
import io.blobcache.e2e.rig.WebServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each mistake gets one line with the remedy and an exit code of its own, and leaves nothing mounted. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CommandLineTest {
    private static final Duration LIMIT = Duration.ofSeconds(45);

    @RegisterExtension
    final Scratch scratch = new Scratch();

    private Path tree;

    @BeforeEach
    void source() throws IOException {
        tree = scratch.directory("tree");
        Files.writeString(tree.resolve("file"), "content");
    }

    @Test
    void aMountInTheBackgroundAnswersWhenTheCommandReturnsAndGoesOnDemand() {
        Agent.Plan plan = Agent.of(scratch, tree);
        Path mount = scratch.path("mnt");

        Shell.Result mounted = plan.runMount().expectSuccess();

        assertThat(mounted.err()).isEmpty();
        assertThat(mount.resolve("file")).hasContent("content");
        assertThat(agent("stat", mount.toString()).expectSuccess().out()).contains("dir:" + tree);
        agent("unmount", mount.toString()).expectSuccess();
        assertThat(Mounts.mounted(mount)).isFalse();
        assertThat(mount).isEmptyDirectory();
        // The state is free again.
        plan.runMount().expectSuccess();
        agent("unmount", mount.toString()).expectSuccess();
    }

    @Test
    void interruptingAMountInTheForegroundUnmounts() {
        // A shell in the background ignores SIGINT, and so do its children unless told otherwise.
        Agent agent =
                Agent.of(scratch, tree).within("env", "--default-signal=INT").start();

        Shell.run("kill", "-INT", Long.toString(agent.pid())).expectSuccess();
        agent.awaitExit();

        assertThat(Mounts.mounted(agent.mount())).isFalse();
    }

    @Test
    void aMountWhoseAgentDiedIsReplaced() {
        Agent agent = Agent.of(scratch, tree).start();
        agent.kill();
        assertThat(Mounts.mounted(agent.mount())).isTrue();

        agent.restart();

        assertThat(agent.path("file")).hasContent("content");
        assertThat(Mounts.count(agent.mount())).isEqualTo(1);
    }

    @Test
    void aMountWhoseAgentDiedCanBeUnmounted() {
        Agent agent = Agent.of(scratch, tree).start();
        agent.kill();

        agent("unmount", agent.mount().toString()).expectSuccess();

        assertThat(Mounts.mounted(agent.mount())).isFalse();
    }

    @Test
    void aMissingDirectoryAsSource() {
        refused(ExitCodes.SOURCE_MISSING, Agent.of(scratch, scratch.path("nowhere")), "nowhere");
    }

    @Test
    void aFileAsSource() {
        refused(ExitCodes.SOURCE_MISSING, Agent.of(scratch, tree.resolve("file")), "directory");
    }

    /** Root without the right to read what is others', so that all else is as in the other tests. */
    @Test
    void aDirectoryThatMayNotBeRead() {
        Shell.script("chown 65534 \"$1\" && chmod 700 \"$1\"", tree).expectSuccess();
        Agent.Plan plan =
                Agent.of(scratch, tree).within("setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner");

        refused(ExitCodes.DENIED, plan, "let this user read it");
    }

    @Test
    void anAddressThatNothingStandsAt() {
        WebServer server = new WebServer(scratch, tree);

        refused(ExitCodes.SOURCE_MISSING, server.plan(scratch, "/nothing"), "check the address");
        refused(ExitCodes.SOURCE_MISSING, server.plan(scratch, "/nothing.json"), "check the address");
    }

    @Test
    void aWebServerThatIsNotThere() {
        String address = "http://127.0.0.1:" + S3Server.freePort() + "/index.json";

        refused(ExitCodes.SOURCE_UNREACHABLE, Agent.of(scratch, address), "is the server up?");
    }

    @Test
    void aManifestThatIsNone() throws IOException {
        WebServer server = new WebServer(scratch, tree);
        Files.writeString(tree.resolve("page.json"), "<html>\nPlease log in</html>");
        Files.writeString(tree.resolve("short.json"), "{\"files\":[{\"path\":\"file\",\"length\":7}]}");

        refused(ExitCodes.FAILED, server.plan(scratch, "/page.json"), "the manifest must be JSON");
        refused(ExitCodes.FAILED, server.plan(scratch, "/short.json"), "files[0].sha256 must be 64");
    }

    @Test
    void aSourceThatIsNoAddress() {
        refused(ExitCodes.USAGE, Agent.of(scratch, "ftp://host/what"), "s3://");
    }

    @Test
    void wrongCredentials() {
        Agent.Plan plan = server().plan(scratch).environment(Map.of("AWS_SECRET_ACCESS_KEY", "wrong-secret"));

        Shell.Result result = refused(ExitCodes.DENIED, plan, "AWS_SECRET_ACCESS_KEY");

        assertThat(result.err()).doesNotContain("wrong-secret");
    }

    @Test
    void noCredentials() {
        Agent.Plan plan = Agent.of(scratch, "s3://" + S3Server.BUCKET)
                .options(server().mountOptions())
                .environment(Map.of(
                        "AWS_EC2_METADATA_DISABLED",
                        "true",
                        "HOME",
                        scratch.path("nobody").toString()));

        refused(ExitCodes.DENIED, plan, "AWS_ACCESS_KEY_ID");
    }

    @Test
    void aMissingBucket() {
        S3Server server = server();
        Agent.Plan plan = Agent.of(scratch, "s3://no-such-bucket")
                .options(server.mountOptions())
                .environment(server.credentials());

        refused(ExitCodes.SOURCE_MISSING, plan, "no-such-bucket");
    }

    @Test
    void aServerThatIsNotThere() {
        Agent.Plan plan = Agent.of(scratch, "s3://bucket")
                .options(S3Server.mountOptions(S3Server.freePort()))
                .environment(Map.of("AWS_ACCESS_KEY_ID", "a", "AWS_SECRET_ACCESS_KEY", "b"));

        refused(ExitCodes.SOURCE_UNREACHABLE, plan, "127.0.0.1");
    }

    @Test
    void aMountPointThatIsMissing() {
        refused(ExitCodes.MOUNT_POINT_MISSING, Agent.of(scratch, tree).mount(scratch.path("nowhere")), "mkdir");
    }

    @Test
    void aMountPointThatIsAFile() {
        refused(ExitCodes.MOUNT_POINT_MISSING, Agent.of(scratch, tree).mount(scratch.file("a-file", "x")), "directory");
    }

    @Test
    void aMountPointThatIsNotEmpty() {
        scratch.file("full/thing", "x");

        refused(ExitCodes.MOUNT_POINT_NOT_EMPTY, Agent.of(scratch, tree).mount(scratch.path("full")), "empty");
        assertThat(scratch.path("full/thing")).hasContent("x");
    }

    @Test
    void aMountPointThatIsMountedAlready() {
        Agent agent = Agent.of(scratch, tree).start();

        Shell.Result result = run(Agent.of(scratch, tree).state(scratch.path("other")));

        assertOneLine(result, "mounted");
        assertThat(result.exitCode()).isEqualTo(ExitCodes.ALREADY_MOUNTED);
        assertThat(Mounts.count(agent.mount())).isEqualTo(1);
        assertThat(agent.path("file")).hasContent("content");
    }

    @Test
    void noFuseDevice() {
        Agent.Plan plan = Agent.of(scratch, tree)
                .within(
                        "unshare",
                        "-m",
                        "--propagation",
                        "private",
                        "sh",
                        "-c",
                        "mount -t tmpfs none /dev && touch /dev/null /dev/random /dev/urandom && exec \"$@\"",
                        "sh");

        refused(ExitCodes.NO_FUSE, plan, "modprobe fuse");
    }

    /** Neither the kernel's transport nor libfuse, whose fusermount is held by the same bounds. */
    @Test
    void mountingThatIsNotPermitted() throws IOException {
        Agent.Plan plan = Agent.of(scratch, tree).within("setpriv", "--bounding-set", "-sys_admin");

        refused(ExitCodes.NO_FUSE, plan, "CAP_SYS_ADMIN");

        assertThat(Files.readString(scratch.path("state/agent.log"))).contains("falling back to transport jnr");
    }

    @Test
    void aStateDirectoryThatCannotBeWritten() {
        Path state = scratch.directory("read-only");
        String script = "mount --bind -o ro \"$0\" \"$0\" && exec \"$@\"";
        Agent.Plan plan = Agent.of(scratch, tree)
                .state(state)
                .within("unshare", "-m", "--propagation", "private", "sh", "-c", script, state.toString());

        refused(ExitCodes.STATE_NOT_WRITABLE, plan, "--state");
    }

    @Test
    void aStateDirectoryThatIsInUse() throws IOException {
        Agent agent = Agent.of(scratch, tree).start();

        refused(ExitCodes.IN_USE, Agent.of(scratch, tree).mount(scratch.directory("second")), "in use");
        assertThat(agent.path("file")).hasContent("content");
    }

    /** There is no room even for the directory. */
    @Test
    void aStateDirectoryOnAFullDisk() {
        LoopDisk disk = LoopDisk.ext4(scratch, 16);
        disk.fill();
        Agent.Plan plan = Agent.of(scratch, tree).state(disk.path("state"));

        Shell.Result result = refused(ExitCodes.DISK_FULL, plan, "free space");

        assertThat(result.err()).contains("No space left on device", "--state");
    }

    /** Not an error: the disk tier is bypassed, and says so. */
    @Test
    void aStateDirectoryOfBeforeOnAFullDisk() {
        LoopDisk disk = LoopDisk.ext4(scratch, 16);
        Agent.Plan plan = Agent.of(scratch, tree).state(disk.path("state"));
        Path mount = scratch.path("mnt");
        plan.runMount().expectSuccess();
        agent("unmount", mount.toString()).expectSuccess();
        disk.fill();

        plan.runMount().expectSuccess();

        assertThat(mount.resolve("file")).hasContent("content");
        agent("unmount", mount.toString()).expectSuccess();
    }

    @Test
    void aConfigurationWithMistakesNamesThemAll() {
        Agent.Plan plan = Agent.of(scratch, tree)
                .config("fuse:\n  transprot: kernel\n  readerThreads: 0\ndisk:\n  integrity: sometimes\n");

        Shell.Result result = run(plan);

        assertThat(result.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(result.err())
                .contains("transprot", "readerThreads", "integrity")
                .doesNotContain("\tat ");
        assertThat(Mounts.mounted(scratch.path("mnt"))).isFalse();
    }

    @Test
    void aConfigurationThatIsMissing() {
        refused(ExitCodes.USAGE, Agent.of(scratch, tree).options("--config", "/nowhere.yaml"), "/nowhere.yaml");
    }

    @Test
    void unmountingWhatIsNotMounted() {
        Shell.Result result = agent("unmount", scratch.directory("mnt").toString());

        assertOneLine(result, "not");
        assertThat(result.exitCode()).isEqualTo(ExitCodes.NOT_MOUNTED);
    }

    @Test
    void askingAMountThatIsNone() {
        Shell.Result result = agent("stat", scratch.directory("mnt").toString());

        assertOneLine(result, "not");
        assertThat(result.exitCode()).isEqualTo(ExitCodes.NOT_MOUNTED);
    }

    @Test
    void aCommandThatDoesNotExist() {
        Shell.Result result = agent("mont");

        assertThat(result.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertOneLine(result, "mont");
    }

    private S3Server server() {
        return new S3Server(scratch, Tree.random(scratch.directory("bucket"), 1, 1, 1000));
    }

    private Shell.Result refused(int exitCode, Agent.Plan plan, String hint) {
        long before = fuseMounts();
        Shell.Result result = run(plan);
        assertOneLine(result, hint);
        assertThat(result.exitCode()).as(result.err()).isEqualTo(exitCode);
        assertThat(fuseMounts()).isEqualTo(before);
        return result;
    }

    private static void assertOneLine(Shell.Result result, String hint) {
        assertThat(result.exitCode()).isNotZero();
        assertThat(result.err().lines())
                .as("said:%n%s%s", result.out(), result.err())
                .hasSize(1);
        assertThat(result.err()).contains(hint).doesNotContain("Exception");
    }

    private static Shell.Result run(Agent.Plan plan) {
        return plan.runMount();
    }

    private long fuseMounts() {
        return Long.parseLong(Shell.script("grep -c \"$1\" /proc/self/mountinfo || true", scratch.path(""))
                .out()
                .strip());
    }

    private static Shell.Result agent(String... arguments) {
        return Shell.run(LIMIT, Map.of(), Project.agent(List.of(), arguments));
    }
}
