package io.blobcache.node.config;

import io.blobcache.node.model.BlockSize;
import java.util.List;

/** Everything that one agent can be told, complete: there is no value outside of it. */
@Section(key = "", meaning = "One YAML file; every key may be left out.")
public record AgentConfig(
        @Setting(
                value = "4MiB",
                meaning = "The unit of fetching and caching: 1MiB, 4MiB or 16MiB.",
                reason = "4MiB takes a source 4 ms at 1 GB/s, so that a request costs little of it, and bounds what a"
                        + " random read of 4KiB fetches in vain.")
        BlockSize blockSize,

        MountConfig mount,
        List<DeclaredSource> sources,
        FuseConfig fuse,
        MemoryConfig memory,
        DiskConfig disk,
        PrefetchConfig prefetch,
        SourceConfig source,
        MeshConfig mesh,
        ListingConfig listing,
        AdminConfig admin,
        KubernetesConfig kubernetes) {

    public static final AgentConfig DEFAULT = Settings.defaults(AgentConfig.class);

    public AgentConfig {
        sources = List.copyOf(sources);
        SourcePaths.check(sources);
    }

    /** The same with what differs between agents of one template. */
    public AgentConfig with(MemoryConfig otherMemory, MeshConfig otherMesh) {
        return with(mount, otherMemory, otherMesh);
    }

    /** The same, where its files are elsewhere too. */
    public AgentConfig with(MountConfig otherMount, MemoryConfig otherMemory, MeshConfig otherMesh) {
        return new AgentConfig(
                blockSize,
                otherMount,
                sources,
                fuse,
                otherMemory,
                disk,
                prefetch,
                source,
                otherMesh,
                listing,
                admin,
                kubernetes);
    }
}
