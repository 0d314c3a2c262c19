package io.blobcache.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How long names and attributes of the source are believed. */
public record ListingSpec(
        @JsonPropertyDescription(
                "A listing or an attribute older than this is asked for again. A change is taken live.")
        @Default("5s")
        @Size(max = 12)
        @ValidationRule(
                value = Cel.DAYS_TO + "365h" + Cel.OR_HOURS + Cel.DURATION_FROM + "0s" + Cel.DURATION_TO + "8760h"
                        + Cel.DURATION_END,
                message = "must be a duration such as 100ms, 5s, 10m, 2h or 7d, in [0s, 365d]")
        @Nullable
        String ttl,

        @JsonPropertyDescription("So long a missing path is believed to be missing. A change is taken live.")
        @Default("2s")
        @Size(max = 12)
        @ValidationRule(
                value = Cel.DURATION_FROM + "0s" + Cel.DURATION_TO + "1h" + Cel.DURATION_END,
                message = "must be a duration such as 100ms, 5s, 10m or 2h, in [0s, 1h]")
        @Nullable
        String negativeTtl) {}
