package io.blobcache.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is fetched, where to, and when. */
@ValidationRule(value = "self.cacheName == oldSelf.cacheName", message = "cacheName cannot be changed: make another")
public record WarmupSpec(
        @JsonPropertyDescription("BlobCache of the same namespace.") @Required @Size(min = 1, max = 50)
        String cacheName,

        @JsonPropertyDescription(
                "Files and directories of the mount, globs (* within a name, ** over directories), or sha256:DIGEST of stored"
                        + " content.")
        @Required
        @Size(min = 1, max = 256)
        @ValidationRule(
                value =
                        "self.all(path, !path.startsWith('/') && !path.split('/').exists(part, part == '..' || part == ''))",
                message =
                        "paths are relative to the mount, without '..' and empty names: llama/weights.bin or llama/**")
        List<@Size(min = 1, max = 1024) String> paths,

        @JsonPropertyDescription(
                "Owners: one copy in each locality, on the nodes that own the blocks. All: a copy on every node.")
        @Default("Owners")
        @Nullable
        Nodes nodes,

        @JsonPropertyDescription("With All: on which share of the nodes, chosen by their names.")
        @Default("100")
        @Min(1)
        @Max(100)
        @Nullable
        Integer nodesPercent,

        @JsonPropertyDescription("Cron expression of five fields, in UTC, such as '0 6 * * 1-5'. Without it, once.")
        @Size(min = 9, max = 100)
        @ValidationRule(
                value = "self.matches('^[0-9*,/-]+( [0-9*,/-]+){4}$')",
                message = "must be five fields of digits, *, ',', '-' and '/': minute hour day month weekday")
        @Nullable
        String schedule,

        @JsonPropertyDescription("Whether it waits; a run that is under way stops, and goes on later.")
        @Default("false")
        @Nullable
        Boolean suspend,

        @JsonPropertyDescription("Bytes a second that one node fetches for it at most, such as 100MiB; 0 is no limit.")
        @Default("0")
        @Size(max = 24)
        @ValidationRule(
                value = Cel.BYTES_FROM + "0" + Cel.BYTES_TO + "1Ti" + Cel.BYTES_END,
                message = "must be a number of bytes such as 4MiB, 64GiB or 4096, in [0, 1TiB]")
        @Nullable
        String bandwidth,

        @JsonPropertyDescription("Tries of a file that failed, with growing pauses, before it counts as failed.")
        @Default("3")
        @Min(0)
        @Max(20)
        @Nullable
        Integer retries,

        @JsonPropertyDescription(
                "So long after its end the resource is deleted; without it, or with a schedule, it stays.")
        @Size(max = 12)
        @ValidationRule(
                value = Cel.DAYS_TO + "365h" + Cel.OR_HOURS + Cel.DURATION_FROM + "0s" + Cel.DURATION_TO + "8760h"
                        + Cel.DURATION_END,
                message = "must be a duration such as 5s, 10m, 2h or 7d, in [0s, 365d]")
        @Nullable
        String ttlAfterFinished) {

    /** Where to. */
    public enum Nodes {
        Owners,
        All
    }
}
