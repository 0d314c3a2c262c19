package io.blobcache.node.fs;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.fuse.FuseException;
import io.blobcache.node.fuse.FuseFileSystem;
import io.blobcache.node.fuse.Patience;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NameScaleTest {
    private static final long ROOT = FuseFileSystem.ROOT_INODE;
    private static final int MILLION = 1_000_000;

    @TempDir
    private Path state;

    @Test
    void aMillionNamesInOneDirectoryNeedLittleHeap() throws FuseException {
        try (Mounted mounted = new Mounted(new BigSource(0, MILLION), state)) {
            long before = usedHeap();
            long handle = mounted.openDirectory(ROOT).handle();
            assertThat(count(mounted, handle, false)).isEqualTo(MILLION + 2);
            assertThat(usedHeap() - before).isLessThan(16 << 20);
            assertThat(mounted.lookup("object-00777777.bin").attributes().sizeBytes())
                    .isEqualTo(777_777);
            assertThat(count(mounted, handle, true)).isEqualTo(MILLION + 2);
            assertThat(mounted.files.knownInodes()).isEqualTo(MILLION);
            assertThat(usedHeap() - before).isLessThan(200L * MILLION);
            mounted.files.releaseDirectory(handle);
        }
    }

    @Test
    void tenThousandDirectoriesOfAHundredNeedLittleHeap() throws FuseException {
        BigSource source = new BigSource(10_000, 100);
        try (Mounted mounted = new Mounted(source, state)) {
            long before = usedHeap();
            long root = mounted.openDirectory(ROOT).handle();
            long entries = 0;
            for (Listed.Item item : mounted.readAll(root, 0, true, 1000)) {
                if (!item.name().startsWith(".")) {
                    long handle = mounted.openDirectory(item.inode()).handle();
                    entries += count(mounted, handle, false) - 2;
                    mounted.files.releaseDirectory(handle);
                }
            }
            assertThat(entries).isEqualTo(MILLION);
            assertThat(source.lists.get()).isBetween(10_010, 10_020);
            assertThat(usedHeap() - before).isLessThan(64 << 20);
        }
    }

    /** Without keeping what is read. */
    private static int count(Mounted mounted, long handle, boolean attributes) throws FuseException {
        int entries = 0;
        long cookie = 0;
        while (true) {
            Listed listed = new Listed(attributes, 1000);
            assertThat(mounted.files.readDirectory(handle, cookie, listed, Patience.WAIT))
                    .isTrue();
            if (listed.items.isEmpty()) {
                return entries;
            }
            entries += listed.items.size();
            cookie = listed.items.getLast().nextCookie();
        }
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
