package io.blobcache.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is wanted. A section that is left out has the agent's defaults; a field of one that is there has its own. */
public record BlobCacheSpec(
        @JsonPropertyDescription(
                "Where the blobs come from: one source that is the whole mount, or up to 16 below paths of their own.")
        @Required
        @Size(min = 1, max = 16)
        @ValidationRule(
                value = "self.size() == 1 || self.all(source, has(source.path))",
                message = "each of several sources needs a path, such as models or data/images")
        @ValidationRule(
                value = "self.all(one, !has(one.path) || self.exists_one(other, has(other.path)"
                        + " && (other.path + '/').startsWith(one.path + '/')))",
                message = "no path may be that of another source, or above or below it")
        List<SourceSpec> sources,

        @JsonPropertyDescription("The unit of fetching and caching: 1MiB, 4MiB or 16MiB. A change restarts the agents.")
        @Default("4MiB")
        @Size(max = 8)
        @ValidationRule(value = "self.matches('^(1|4|16)MiB?$')", message = "must be 1MiB, 4MiB or 16MiB")
        @Nullable
        String blockSize,

        @JsonPropertyDescription("How the mount talks to the kernel.") @Nullable
        FuseSpec fuse,

        @JsonPropertyDescription("Off-heap memory of the data path.") @Nullable
        MemorySpec memory,

        @JsonPropertyDescription("The disk tier, on the node's own disk.") @Nullable
        DiskSpec disk,

        @JsonPropertyDescription("Fetching blocks ahead of a reader that reads in order.") @Nullable
        PrefetchSpec prefetch,

        @JsonPropertyDescription("How the source is asked: tries, time limits, parallel requests.") @Nullable
        SourceRequestsSpec source,

        @JsonPropertyDescription("How agents serve each other.") @Nullable
        MeshSpec mesh,

        @JsonPropertyDescription("How long names and attributes of the source are believed.") @Nullable
        ListingSpec listing,

        @JsonPropertyDescription("Who may be a peer, and what lies near to each other.") @Default("{}") @Nullable
        PeersSpec peers,

        @JsonPropertyDescription("On which nodes agents run.") @Nullable
        PlacementSpec placement,

        @JsonPropertyDescription(
                "The agents' service account: what a cloud has to know to give them an identity, by which sources without a"
                        + " Secret are read.")
        @Nullable
        ServiceAccountSpec serviceAccount,

        @JsonPropertyDescription("What a container of an agent asks for and may take.") @Default("{}") @Nullable
        ResourcesSpec resources,

        @JsonPropertyDescription("How agents are replaced when a change restarts them.") @Default("{}") @Nullable
        UpdateStrategySpec updateStrategy,

        @JsonPropertyDescription("How an agent ends.") @Default("{}") @Nullable
        MountSpec mount,

        @JsonPropertyDescription("What is made for Prometheus.") @Nullable
        ObservabilitySpec observability) {}
