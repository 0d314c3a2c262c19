package io.blobcache.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryLimitTest {
    private static final long GIB = 1L << 30;

    @TempDir
    private Path root;

    @BeforeEach
    void aMachineOf16GiB() throws IOException {
        write("proc/meminfo", "MemTotal:       16777216 kB\nMemFree: 1 kB\n");
    }

    @Test
    void aVersion2LimitCounts() throws IOException {
        write("proc/self/cgroup", "0::/kubepods/pod1\n");
        write("sys/fs/cgroup/kubepods/pod1/memory.max", GIB + "\n");

        assertThat(MemoryLimit.read(root)).isEqualTo(new MemoryLimit(GIB, true));
    }

    @Test
    void aLimitFurtherUpCountsWhenItIsSmaller() throws IOException {
        write("proc/self/cgroup", "0::/kubepods/pod1\n");
        write("sys/fs/cgroup/kubepods/pod1/memory.max", "max\n");
        write("sys/fs/cgroup/kubepods/memory.max", 2 * GIB + "\n");

        assertThat(MemoryLimit.read(root)).isEqualTo(new MemoryLimit(2 * GIB, true));
    }

    @Test
    void aContainerSeesItsOwnGroupAsTheRoot() throws IOException {
        write("proc/self/cgroup", "0::/\n");
        write("sys/fs/cgroup/memory.max", 2 * GIB + "\n");

        assertThat(MemoryLimit.read(root)).isEqualTo(new MemoryLimit(2 * GIB, true));
    }

    @Test
    void aVersion1LimitCountsAlsoWhereThePathIsNotVisible() throws IOException {
        write("proc/self/cgroup", "5:cpu:/a\n4:memory:/docker/123\n0::/\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", GIB + "\n");

        assertThat(MemoryLimit.read(root)).isEqualTo(new MemoryLimit(GIB, true));
    }

    @Test
    void noLimitIsTheMachine() throws IOException {
        write("proc/self/cgroup", "4:memory:/a\n0::/\n");
        write("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "9223372036854771712\n");

        assertThat(MemoryLimit.read(root)).isEqualTo(new MemoryLimit(16 * GIB, false));
    }

    @Test
    void aGroupOutsideOfItsHierarchyIsNotFollowed() throws IOException {
        write("proc/self/cgroup", "0::/../../etc\n");
        write("sys/etc/memory.max", "1\n");

        assertThat(MemoryLimit.read(root).limited()).isFalse();
    }

    @Test
    void theBudgetIsAShareWithinBounds() {
        assertThat(new MemoryLimit(GIB, true).budgetBytes()).isEqualTo(256L << 20);
        assertThat(new MemoryLimit(128L << 20, true).budgetBytes()).isEqualTo(64L << 20);
        assertThat(new MemoryLimit(64 * GIB, true).budgetBytes()).isEqualTo(512L << 20);
        assertThat(new MemoryLimit(2 * GIB, false).budgetBytes()).isEqualTo(256L << 20);
        assertThat(new MemoryLimit(GIB + 1234567, true).budgetBytes() % (1 << 20))
                .isZero();
    }

    @Test
    void aFileIsTooLongForThePageCacheByTheLimitAndNotByTheMachine() {
        assertThat(DiskConfig.DEFAULT.dropBehindBytes())
                .isEqualTo(MemoryLimit.ofThisProcess().bytes());
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
