package io.blobcache.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.blobcache.node.admin.AgentLife;
import io.blobcache.node.admin.AgentStatus;
import io.blobcache.node.config.AgentConfig;
import io.blobcache.node.config.ConfigLoader;
import io.blobcache.node.demo.LocalBucket;
import io.blobcache.node.fuse.Shell;
import io.blobcache.node.source.SourceAddress;
import io.blobcache.node.source.SourceMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory and a bucket in one real mount. */
class SeveralSourcesTest {
    private static final AgentConfig CONFIG = ConfigLoader.parse("test", """
            fuse: {transport: kernel}
            memory: {budgetBytes: 64MiB}
            source: {attempts: 2, minBackoff: 1ms, maxBackoff: 2ms}
            """);

    @TempDir
    private Path directory;

    private LocalBucket bucket;
    private Path tree;
    private Path mount;
    private SourceMount models;
    private SourceMount data;

    @BeforeEach
    void fill() throws IOException {
        bucket = LocalBucket.start("models", Map.of("same", 5_000_000L, "deep/leaf", 10L, "deep/other", 70_000L), 7);
        tree = Files.createDirectories(directory.resolve("tree"));
        mount = Files.createDirectory(directory.resolve("mnt"));
        Files.writeString(tree.resolve("same"), "of the directory");
        Files.writeString(Files.createDirectories(tree.resolve("deep/er")).resolve("leaf"), "leaf");
        Files.createSymbolicLink(tree.resolve("link"), Path.of("deep/er"));
        Path credentials = Files.createDirectory(directory.resolve("credentials"));
        Files.writeString(credentials.resolve("AWS_ACCESS_KEY_ID"), "any\n");
        Files.writeString(credentials.resolve("AWS_SECRET_ACCESS_KEY"), "any\n");
        models = new SourceMount("models/llm", bucket.address(), credentials.toString());
        data = new SourceMount("data", new SourceAddress.Directory(tree), "");
    }

    @AfterEach
    void stop() {
        bucket.close();
    }

    @Test
    void bothAreOneTreeWithTheirOwnBytesAlsoUnderEqualKeys() throws IOException {
        try (NodeAgent _ = start(models, data)) {
            assertThat(Shell.bash("cd $1; find . -mindepth 1 -printf '%y %P\\n' | sort -k2", mount)
                            .lines())
                    .containsExactly(
                            "d data",
                            "d data/deep",
                            "d data/deep/er",
                            "f data/deep/er/leaf",
                            "l data/link",
                            "f data/same",
                            "d models",
                            "d models/llm",
                            "d models/llm/deep",
                            "f models/llm/deep/leaf",
                            "f models/llm/deep/other",
                            "f models/llm/same");
            assertThat(Shell.bash("diff -r --no-dereference $1 $2/data", tree, mount))
                    .isEmpty();
            for (String key : List.of("same", "deep/leaf", "deep/other")) {
                assertThat(Shell.bash("sha256sum < $1/models/llm/$2", mount, key)
                                .substring(0, 64))
                        .as(key)
                        .isEqualTo(bucket.sha256(key));
            }
        }
    }

    @Test
    void whatIsMadeUpLooksLikeAnyDirectoryOfTheMount() throws IOException {
        try (NodeAgent _ = start(models, data)) {
            String form = "cd $1; stat -c '%A %h %u %Y' . models models/llm models/llm/deep";
            assertThat(Shell.bash(form, mount).lines().distinct())
                    .hasSize(1)
                    .allSatisfy(line -> assertThat(line).startsWith("dr-xr-xr-x 1 0 "));
        }
    }

    @Test
    void inodeNumbersAreTheSameAfterARestart() throws IOException {
        String inodes = "cd $1; find . -printf '%i %P\\n' | sort";
        String before;
        try (NodeAgent _ = start(models, data)) {
            before = Shell.bash(inodes, mount);
        }
        assertThat(before.lines().map(line -> line.substring(0, line.indexOf(' '))))
                .hasSize(13)
                .doesNotHaveDuplicates();
        try (NodeAgent _ = start(data, models)) {
            assertThat(Shell.bash(inodes, mount)).isEqualTo(before);
        }
    }

    @Test
    void whatTheOnlySourceHadCachedIsStillCachedBesideAnother() throws IOException {
        try (NodeAgent _ = start(SourceMount.whole(data.address()))) {
            Shell.bash("cat $1/same > /dev/null", mount);
        }
        try (NodeAgent agent = start(models, data)) {
            assertThat(Shell.bash("cat $1/data/same", mount)).isEqualTo("of the directory");
            assertThat(agent.status().fromSource().fetches()).isZero();
        }
    }

    @Test
    void aSourceThatGoesDownTakesNoOtherWithItAndTheStatusNamesIt() throws IOException {
        try (NodeAgent agent = start(models, data)) {
            assertThat(agent.status().health()).isEqualTo("ok");
            bucket.close();

            assertThat(Shell.tryBash("cat $1/models/llm/same", mount).output()).contains("Input/output error");
            assertThat(Shell.bash("ls $1 $1/models; cat $1/data/deep/er/leaf", mount))
                    .contains("data")
                    .contains("llm")
                    .endsWith("leaf");
            AgentStatus status = agent.status();
            assertThat(status.ready()).isTrue();
            assertThat(status.health()).startsWith("source fails: models/llm: ").doesNotContain("data");
            assertThat(status.sources())
                    .extracting(
                            AgentStatus.Source::path,
                            source -> source.condition().equals("ok"))
                    .containsExactly(tuple("models/llm", false), tuple("data", true));
        }
    }

    @Test
    void aSourceThatIsDownFromTheStartHoldsNoOtherUp() throws IOException {
        bucket.close();
        try (NodeAgent agent = start(models, data)) {
            assertThat(agent.status().health()).startsWith("source fails: models/llm: ");
            assertThat(Shell.bash("cat $1/data/same", mount)).isEqualTo("of the directory");
            assertThat(Shell.tryBash("ls $1/models/llm", mount).output()).contains("Input/output error");
        }
    }

    private NodeAgent start(SourceMount... sources) throws IOException {
        return NodeAgent.start(
                new MountSpec(List.of(sources), mount, directory.resolve("state")), CONFIG, new AgentLife());
    }
}
