package io.blobcache.node.fuse.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.config.ConfigLoader;
import io.blobcache.node.config.FuseConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitFlagsTest {
    private static final long ALL = -1;

    @TempDir
    private Path temporary;

    @ParameterizedTest
    @CsvSource({"asyncRead,1", "readdirplus,0x6000", "cacheSymlinks,0x800000", "passthrough,0x2000000000"})
    void whatIsSwitchedOffIsNotAskedFor(String key, String flags) throws IOException {
        Path file = Files.writeString(temporary.resolve("agent.yaml"), "fuse: {" + key + ": false}\n");

        FuseConfig without = ConfigLoader.load(file).fuse();

        assertThat(InitFlags.accepted(ALL, FuseConfig.DEFAULT) & ~InitFlags.accepted(ALL, without))
                .isEqualTo(Long.decode(flags));
    }

    @Test
    void nothingIsAskedForThatTheKernelDoesNotOffer() {
        assertThat(InitFlags.accepted(0, FuseConfig.DEFAULT)).isZero();
    }
}
