package io.blobcache.node;

import io.blobcache.node.config.AgentConfig;
import io.blobcache.node.fs.BlobFileSystem;
import io.blobcache.node.fs.Owner;
import io.blobcache.node.fs.TieredBlobReader;
import io.blobcache.node.prefetch.Prefetcher;
import io.blobcache.node.source.Source;
import io.blobcache.node.tier.LocalCopies;
import io.blobcache.node.tier.TieredReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/** The file system over the tiers, and what it takes from the machine: who owns it and since when it is there. */
final class FileSystems {
    private FileSystems() {}

    /** @param config what is in force, asked each time */
    static BlobFileSystem of(
            Path state,
            Supplier<AgentConfig> config,
            Source source,
            TieredReader reader,
            Prefetcher prefetcher,
            LocalCopies localCopies,
            Counters counters,
            ExecutorService waiting)
            throws IOException {
        return new BlobFileSystem(
                source,
                new TieredBlobReader(
                        reader,
                        prefetcher,
                        localCopies,
                        counters.reads,
                        config.get().blockSize(),
                        () -> config.get().prefetch()),
                state,
                () -> config.get().listing(),
                bornAt(state),
                InstantSource.system(),
                waiting,
                counters.names,
                owner());
    }

    /** Stands for the time of directories that have none in their source; the same after each restart. */
    private static Instant bornAt(Path state) throws IOException {
        return Files.readAttributes(state, BasicFileAttributes.class)
                .creationTime()
                .toInstant();
    }

    private static Owner owner() throws IOException {
        Path self = Path.of("/proc/self");
        return new Owner((int) Files.getAttribute(self, "unix:uid"), (int) Files.getAttribute(self, "unix:gid"));
    }
}
