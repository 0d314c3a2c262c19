package io.blobcache.node.config;

import io.blobcache.node.model.BlockSize;

/** Everything that one agent can be told, complete: there is no value outside of it. */
public record AgentConfig(
        BlockSize blockSize,
        FuseConfig fuse,
        MemoryConfig memory,
        DiskConfig disk,
        PrefetchConfig prefetch,
        SourceConfig source,
        ListingConfig listing,
        AdminConfig admin) {

    public static final AgentConfig DEFAULT = new AgentConfig(
            BlockSize.DEFAULT,
            FuseConfig.DEFAULT,
            MemoryConfig.DEFAULT,
            DiskConfig.DEFAULT,
            PrefetchConfig.DEFAULT,
            SourceConfig.DEFAULT,
            ListingConfig.DEFAULT,
            AdminConfig.DEFAULT);
}
