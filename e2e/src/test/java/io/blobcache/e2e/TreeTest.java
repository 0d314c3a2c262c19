package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.PageCache;
import io.blobcache.e2e.rig.Project;
import io.blobcache.e2e.rig.S3Server;
import io.blobcache.e2e.rig.Scratch;
import io.blobcache.e2e.rig.Sha256;
import io.blobcache.e2e.rig.Shell;
import io.blobcache.e2e.rig.Tree;
import io.blobcache.e2e.rig.WaysToRead;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A tree of more than 60,000 real files arrives as it is, from either kind of source, over either transport, by every
 * way to read a file. Unless {@code -Dblobcache.e2e=full} the jnr transport gets the 5,000 files of one part of it.
 */
@Timeout(value = 25, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TreeTest {
    private static final Duration COMPARE_LIMIT = Duration.ofMinutes(15);

    /** More than the issue asks for, so that a JDK with a few files less still serves. */
    private static final int MIN_FILES = 50_000;

    @RegisterExtension
    final Scratch scratch = new Scratch();

    @ParameterizedTest
    @ValueSource(strings = {"kernel", "jnr"})
    void aDirectoryArrivesAsItIs(String transport) {
        Path tree = Tree.withOddities(part(transport), scratch.path("tree"));
        Agent agent = Agent.of(scratch, tree).config(config(transport)).start();

        assertSame(agent.mount(), tree);
        assertThat(Shell.run(agent.path("run").toString()).expectSuccess().out())
                .isEqualTo("it runs\n");
        assertThat(agent.stat().get("transport").asText()).isEqualTo(transport);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernel", "jnr"})
    void aBucketArrivesAsItIs(String transport) {
        Path tree = part(transport);
        S3Server server = new S3Server(scratch, tree);
        Agent agent = server.plan(scratch).config(config(transport)).start();

        assertSame(agent.mount(), tree);
        assertThat(agent.stat().get("transport").asText()).isEqualTo(transport);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernel", "jnr"})
    void everyWayToReadGivesTheSameBytes(String transport) {
        Path tree = Tree.ofJdk();
        S3Server server = new S3Server(scratch, tree);
        Agent agent = server.plan(scratch).config(config(transport)).start();
        // The largest, one of a few blocks, one of a few pages, one of a few bytes, none.
        String[] files = {
            "modules.image",
            "modules/java.base/java/lang/String.class",
            "src/java.base/java/util/concurrent/ConcurrentHashMap.java",
            "odd names/-n",
            "odd names/empty"
        };
        for (String file : files) {
            String truth = Sha256.of(tree.resolve(file));
            for (WaysToRead way : WaysToRead.values()) {
                assertThat(way.sha256(agent.path(file)))
                        .as("%s of %s", way, file)
                        .isEqualTo(truth);
                PageCache.forget(agent.path(file));
            }
        }
    }

    @Test
    void theTreeIsLargeEnough() {
        String count =
                Shell.script("find \"$1\" -type f | wc -l", Tree.ofJdk()).out().strip();
        assertThat(Integer.parseInt(count)).isGreaterThanOrEqualTo(MIN_FILES);
    }

    /** First the digests, eight readers on a cold mount, then name by name. */
    private void assertSame(Path mount, Path tree) {
        Sha256.check(mount, Sha256.list(tree, scratch.path("digests")));
        Shell.Result difference =
                Shell.script(COMPARE_LIMIT, "diff -r --no-dereference \"$1\" \"$2\" 2>&1 | head -20", tree, mount);
        assertThat(difference.out()).isEmpty();
    }

    private static Path part(String transport) {
        boolean whole = Project.full() || transport.equals("kernel");
        // 5,000 files of it, deep and shallow, small and middling.
        return whole ? Tree.ofJdk() : Tree.ofJdk().resolve("modules/java.base");
    }

    private static String config(String transport) {
        return "fuse:\n  transport: " + transport + "\n";
    }
}
