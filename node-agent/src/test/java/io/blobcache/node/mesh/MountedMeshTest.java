package io.blobcache.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.model.Blob;
import io.blobcache.node.source.MountedSources;
import io.blobcache.node.source.MountedSources.Mounted;
import io.blobcache.node.tier.ScriptedSource;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Agents with several sources are a mesh of each of them. */
class MountedMeshTest {
    private static final int LENGTH = (5 << 20) + 1;
    private static final int BLOCKS = 6;

    private final byte[] content = randomBytes();
    private final ScriptedSource models = new ScriptedSource(content);
    private final ScriptedSource data = new ScriptedSource(content);
    private final MountedSources both =
            new MountedSources(List.of(new Mounted("models", models), new Mounted("data/b", data)));

    @Test
    void eachBlockIsReadFromItsOwnSourceOnceWhoeverReadsIt() throws Exception {
        try (TestAgent a = new TestAgent("a", both);
                TestAgent b = new TestAgent("b", both)) {
            join(a, b);
            Blob blob = both.blob("data/b/p", "v", LENGTH);

            assertThat(a.read(blob)).isEqualTo(content);
            assertThat(b.read(blob)).isEqualTo(content);

            assertThat(data.reads).hasValue(BLOCKS);
            assertThat(models.reads).hasValue(0);
            assertThat(a.asked.here.sum() + b.asked.here.sum()).isEqualTo(BLOCKS);
        }
    }

    /** As while agents are replaced because another source has joined. */
    @Test
    void whoHasFewerSourcesLendsAndTakesWhatBothHave() throws Exception {
        MountedSources fewer = new MountedSources(List.of(new Mounted("data/b", data)));
        try (TestAgent a = new TestAgent("a", both);
                TestAgent b = new TestAgent("b", fewer)) {
            join(a, b);
            Blob blob = both.blob("data/b/p", "v", LENGTH);

            assertThat(a.read(blob)).isEqualTo(content);
            assertThat(b.read(blob)).isEqualTo(content);

            assertThat(data.reads).hasValue(BLOCKS);
        }
    }

    private static void join(TestAgent... agents) {
        Member[] members = Stream.of(agents).map(TestAgent::member).toArray(Member[]::new);
        Stream.of(agents).forEach(agent -> agent.members(members));
    }

    private static byte[] randomBytes() {
        byte[] bytes = new byte[LENGTH];
        new Random(7).nextBytes(bytes);
        return bytes;
    }
}
