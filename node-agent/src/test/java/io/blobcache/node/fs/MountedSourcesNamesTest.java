package io.blobcache.node.fs;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.fuse.FuseException;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.posix.Errno;
import io.blobcache.node.source.MountedSources;
import io.blobcache.node.source.Source;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The names of several sources in one mount. */
class MountedSourcesNamesTest {
    @TempDir
    private Path state;

    private final TreeSource one =
            new TreeSource().file("f", "v", 1).file("a//hidden", "v", 1).file("../up", "v", 1);
    private final TreeSource other = new TreeSource().file("f", "v", 1).file("g", "v", 2);
    private final Source both = new MountedSources(
            List.of(new MountedSources.Mounted("one", one), new MountedSources.Mounted("deep/other", other)));

    @Test
    void namesOfEachAreHiddenByTheSameRules() throws FuseException {
        try (Mounted mounted = new Mounted(both, state)) {
            assertThat(mounted.names("")).containsExactly("deep", "one");
            assertThat(mounted.names("deep")).containsExactly("other");
            assertThat(mounted.names("one")).containsExactly("a", "f");
            assertThat(mounted.names("one/a")).isEmpty();
            assertThat(mounted.names("deep/other")).containsExactly("f", "g");
        }
    }

    @Test
    void aSourceThatIsAwaySaysNothingOfTheNamesOfAnother() throws FuseException {
        try (Mounted mounted = new Mounted(both, state)) {
            mounted.lookup("one/f");
            mounted.lookup("deep/other/f");
            one.failure = new BlobException.Unavailable("away", null);
            other.file("f", "v2", 5);
            mounted.pass(5_001);

            assertThat(mounted.lookup("one/f").attributes().sizeBytes()).isEqualTo(1);
            assertThat(mounted.lookup("deep/other/f").attributes().sizeBytes()).isEqualTo(5);
            assertThat(mounted.files.sourceReachable()).isFalse();
            int asked = one.stats.get();
            assertThat(mounted.lookup("deep/other/g").attributes().sizeBytes()).isEqualTo(2);
            assertThat(mounted.lookup("one/f").attributes().sizeBytes()).isEqualTo(1);
            assertThat(one.stats.get()).as("not asked again at once").isEqualTo(asked);
        }
    }

    @Test
    void thePathsOfSourcesAreThereThoughNoSourceAnswers() throws FuseException {
        one.failure = new BlobException.Unavailable("away", null);
        other.failure = new BlobException.Unavailable("away", null);
        try (Mounted mounted = new Mounted(both, state)) {
            assertThat(mounted.names("")).containsExactly("deep", "one");
            long inode = mounted.lookup("deep/other").inode();
            assertThat(Mounted.errorOf(() -> mounted.openDirectory(inode))).isEqualTo(Errno.EIO);
            assertThat(mounted.lookupError("beside")).isEqualTo(Errno.ENOENT);
        }
    }

    @Test
    void oneTreeAtTwoPathsHasInodesForEach() throws FuseException {
        Source twice = new MountedSources(
                List.of(new MountedSources.Mounted("a", other), new MountedSources.Mounted("b", other)));
        try (Mounted mounted = new Mounted(twice, state)) {
            assertThat(mounted.lookup("a/f").inode())
                    .isNotEqualTo(mounted.lookup("b/f").inode());
        }
    }
}
