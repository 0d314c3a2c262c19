package io.blobcache.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How far a warmup is; of the run that is under way, or else the last one. */
public record WarmupStatus(
        @JsonPropertyDescription("Generation of the resource that the rest is about.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("Complete and Failed, one of each.") @Size(max = 16) @Nullable
        List<StatusCondition> conditions,

        @JsonPropertyDescription("Names the run, under way or the last one: what it fetches, as a hash, and its start.")
        @Size(max = 40)
        @Nullable
        String run,

        @JsonPropertyDescription("Bytes that are there, of those that are wanted; absent while agents count these.")
        @Min(0)
        @Max(100)
        @Nullable
        Integer progressPercent,

        @Min(0) @Nullable Long files,
        @Min(0) @Nullable Long warmedFiles,
        @Min(0) @Nullable Long failedFiles,

        @JsonPropertyDescription("Bytes that are there now, as a quantity.") @Size(max = 20) @Nullable
        String warmed,

        @JsonPropertyDescription("Bytes a second, as a quantity.") @Size(max = 20) @Nullable
        String speed,

        @JsonPropertyDescription("Of what failed, the first one: path and reason.") @Size(max = 1024) @Nullable
        String failure,

        @Size(max = 35) @Nullable String startTime,
        @Size(max = 35) @Nullable String completionTime,
        @Size(max = 35) @Nullable String nextRun) {}
