package io.blobcache.node.fuse.kernel;

import io.blobcache.node.config.FuseConfig;
import io.blobcache.node.fuse.ExampleTree;
import io.blobcache.node.fuse.MountContract;
import io.blobcache.node.fuse.TreeFileSystem;
import io.blobcache.node.fuse.TreeFileSystem.Mode;
import io.blobcache.node.metrics.FuseCounters;
import io.blobcache.node.mounter.InProcessMounter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** The contract of a mount, kept by the kernel transport in each of its ways to answer. */
class KernelMountContractTest {

    @Nested
    class WhenEverythingIsHere extends Mounted {
        WhenEverythingIsHere() {
            super(Mode.HITS);
        }
    }

    @Nested
    class WhenEveryRequestHasToWait extends Mounted {
        WhenEveryRequestHasToWait() {
            super(Mode.BLOCKS);
        }
    }

    @Nested
    class WhenTheKernelReadsBackingFiles extends Mounted {
        WhenTheKernelReadsBackingFiles() {
            super(Mode.BACKED);
        }
    }

    @TestInstance(Lifecycle.PER_CLASS)
    abstract static class Mounted implements MountContract {
        private final Mode mode;
        private Path tree = Path.of("");
        private Path directory = Path.of("");
        private KernelMount mount;

        Mounted(Mode mode) {
            this.mode = mode;
        }

        @BeforeAll
        void mountTheTree(@TempDir Path temporary) throws IOException {
            tree = Files.createDirectory(temporary.resolve("tree"));
            directory = Files.createDirectory(temporary.resolve("mount"));
            ExampleTree.create(tree);
            mount = KernelMount.mount(
                    new TreeFileSystem(tree, mode),
                    () -> FuseConfig.DEFAULT,
                    new InProcessMounter(),
                    directory,
                    "test",
                    new FuseCounters());
        }

        @AfterAll
        void unmount() {
            if (mount != null) {
                mount.close();
            }
        }

        @Override
        public Path mount() {
            return directory;
        }

        @Override
        public Path expected() {
            return tree;
        }
    }
}
