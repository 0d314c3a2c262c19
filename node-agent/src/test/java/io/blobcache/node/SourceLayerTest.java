package io.blobcache.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.config.AgentConfig;
import io.blobcache.node.config.ConfigLoader;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.SourceAddress;
import io.blobcache.node.source.SourceMount;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceLayerTest {
    @TempDir
    private Path directory;

    @Test
    void aSourceThatIsAloneMayHaveAsManyRequestsAsItIsTold() throws BlobException {
        assertThat(maxRequests(1, "memory: {budgetBytes: 128MiB, tierBytes: 64MiB}"))
                .isEqualTo(32);
    }

    @Test
    void eachOfSeveralHasItsPartOfTheBuffersAndPeersHaveOne() throws BlobException {
        assertThat(maxRequests(2, "memory: {budgetBytes: 128MiB, tierBytes: 64MiB}"))
                .isEqualTo(5);
        assertThat(maxRequests(16, "memory: {budgetBytes: 64MiB, tierBytes: 48MiB}"))
                .isEqualTo(1);
        assertThat(maxRequests(2, "memory: {budgetBytes: 4GiB, tierBytes: 2GiB}"))
                .isEqualTo(32);
    }

    private int maxRequests(int sources, String yaml) throws BlobException {
        AgentConfig config = ConfigLoader.parse("test", yaml);
        SourceAddress address = new SourceAddress.Directory(directory);
        List<SourceMount> mounts = sources == 1
                ? List.of(SourceMount.whole(address))
                : IntStream.range(0, sources)
                        .mapToObj(i -> new SourceMount("p" + i, address, ""))
                        .toList();
        try (Layers layers = new Layers()) {
            return SourceLayer.open(mounts, config::source, layers).maxRequests(config);
        }
    }
}
