package io.blobcache.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Fetching blocks ahead of a reader that reads in order. */
public record PrefetchSpec(
        @JsonPropertyDescription(
                "How far ahead of a reader blocks are fetched at most; it begins with one block and grows by what the source takes for a block and the reader for reading it. 0 switches all fetching ahead off. A change is taken live.")
        @Default("64MiB")
        @Size(max = 24)
        @ValidationRule(
                value = Cel.BYTES_FROM + "0" + Cel.BYTES_TO + "256Mi" + Cel.BYTES_END,
                message = "must be a number of bytes such as 4MiB, 64GiB or 4096, in [0, 256MiB]")
        @Nullable
        String windowBytes,

        @JsonPropertyDescription(
                "Files up to this length are fetched whole at their first read. A change is taken live.")
        @Default("16MiB")
        @Size(max = 24)
        @ValidationRule(
                value = Cel.BYTES_FROM + "0" + Cel.BYTES_TO + "256Mi" + Cel.BYTES_END,
                message = "must be a number of bytes such as 4MiB, 64GiB or 4096, in [0, 256MiB]")
        @Nullable
        String wholeFileBytes,

        @JsonPropertyDescription(
                "Files of a directory that are fetched ahead when its files are read in the listing's order; only such as prefetch.wholeFileBytes allows, and windowBytes together at most. 0 switches it off. A change is taken live.")
        @Default("16")
        @Min(0)
        @Max(256)
        @Nullable
        Integer filesAhead,

        @JsonPropertyDescription("Blocks being fetched ahead at once from each source. A change restarts the agents.")
        @Default("4")
        @Min(1)
        @Max(64)
        @Nullable
        Integer workers) {}
