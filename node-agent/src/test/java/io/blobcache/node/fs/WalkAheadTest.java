package io.blobcache.node.fs;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.fuse.FileType;
import io.blobcache.node.fuse.FuseException;
import io.blobcache.node.fuse.FuseFileSystem;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalkAheadTest {
    private final TreeSource source = new TreeSource();

    @TempDir
    private Path state;

    @Test
    void aWalkInOrderListsTheNextDirectoriesAheadAndEachOnce() throws FuseException {
        for (int d = 0; d < 60; d++) {
            source.file("d%03d/s/f".formatted(d), "v", 1).file("d%03d/g".formatted(d), "v", 1);
        }
        source.delayMillis = 3;
        try (Mounted mounted = new Mounted(source, state)) {
            assertThat(walk(mounted, FuseFileSystem.ROOT_INODE)).isEqualTo(60 * 4);
            assertThat(source.lists.get()).isEqualTo(1 + 2 * 60);
            assertThat(source.mostRunning.get()).isBetween(4, 9);
            assertThat(source.stats.get()).isZero();
        }
    }

    @Test
    void directoriesOpenedInNoOrderAreNotListedAhead() throws FuseException {
        for (int d = 0; d < 60; d++) {
            source.file("d%03d/f".formatted(d), "v", 1);
        }
        try (Mounted mounted = new Mounted(source, state)) {
            mounted.names("");
            for (int d = 59; d > 0; d -= 7) {
                mounted.names("d%03d".formatted(d));
            }
            assertThat(mounted.counters.listingsAhead.sum()).isZero();
        }
    }

    private static int walk(Mounted mounted, long directory) throws FuseException {
        int entries = 0;
        for (Listed.Item item : mounted.list(directory, true, 1000)) {
            if (item.name().startsWith(".")) {
                continue;
            }
            entries++;
            if (item.type() == FileType.DIRECTORY) {
                entries += walk(mounted, item.inode());
            }
        }
        return entries;
    }
}
