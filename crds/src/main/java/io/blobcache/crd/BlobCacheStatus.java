package io.blobcache.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator tells: of the resource's generation that it saw last, and of the agents a moment ago. */
public record BlobCacheStatus(
        @JsonPropertyDescription("Generation of the resource that the rest is about.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription(
                "Ready, Progressing, Degraded, SourceReachable, PeersHealthy and DiskPressure, one of each; Monitored too if a"
                        + " PodMonitor is asked for.")
        @Size(max = 16)
        @Nullable
        List<StatusCondition> conditions,

        @JsonPropertyDescription("Agents by their nodes.") @Nullable
        NodesStatus nodes,

        @JsonPropertyDescription("What the agents keep, all together.") @Nullable
        TiersStatus tiers,

        @JsonPropertyDescription(
                "Of the bytes read through the agents in the last five minutes, those that no source had to be asked for;"
                        + " absent if nothing was read. Reads of complete blobs go past the agents and are not counted.")
        @Min(0)
        @Max(100)
        @Nullable
        Integer hitPercent) {

    /**
     * @param desired nodes that should have an agent
     * @param summary ready and desired, for the column
     */
    public record NodesStatus(
            @Min(0) int desired,
            @Min(0) int ready,
            @Min(0) int updated,
            @Size(max = 16) String summary) {}

    /** By tier, absent until an agent has told. */
    public record TiersStatus(
            @Nullable TierStatus memory, @Nullable TierStatus disk) {}

    /** Quantities as Kubernetes has them, of few digits. */
    public record TierStatus(
            @Size(max = 20) String capacity, @Size(max = 20) String used) {}
}
