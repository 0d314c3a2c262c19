package io.blobcache.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How the source is asked: tries, time limits, parallel requests. */
@ValidationRule(
        value =
                "!self.minBackoff.matches('^[0-9]{1,6}(ms|s|m|h)$') || !self.maxBackoff.matches('^[0-9]{1,6}(ms|s|m|h)$')"
                        + " || duration(self.minBackoff) <= duration(self.maxBackoff)",
        message = "maxBackoff must be at least minBackoff")
public record SourceRequestsSpec(
        @JsonPropertyDescription("Tries of one request before the reader gets EIO. A change is taken live.")
        @Default("4")
        @Min(1)
        @Max(20)
        @Nullable
        Integer attempts,

        @JsonPropertyDescription("Pause before the second try; later ones grow with jitter. A change is taken live.")
        @Default("100ms")
        @Size(max = 12)
        @ValidationRule(
                value = Cel.DURATION_FROM + "1ms" + Cel.DURATION_TO + "1m" + Cel.DURATION_END,
                message = "must be a duration such as 100ms, 5s, 10m or 2h, in [1ms, 1m]")
        @Nullable
        String minBackoff,

        @JsonPropertyDescription("Longest pause between two tries. A change is taken live.")
        @Default("5s")
        @Size(max = 12)
        @ValidationRule(
                value = Cel.DURATION_FROM + "1ms" + Cel.DURATION_TO + "5m" + Cel.DURATION_END,
                message = "must be a duration such as 100ms, 5s, 10m or 2h, in [1ms, 5m]")
        @Nullable
        String maxBackoff,

        @JsonPropertyDescription("Until a connection stands, TLS included. A change restarts the agents.")
        @Default("2s")
        @Size(max = 12)
        @ValidationRule(
                value = Cel.DURATION_FROM + "100ms" + Cel.DURATION_TO + "1m" + Cel.DURATION_END,
                message = "must be a duration such as 100ms, 5s, 10m or 2h, in [100ms, 1m]")
        @Nullable
        String connectTimeout,

        @JsonPropertyDescription("Longest time without a byte; then the try is given up. A change restarts the agents.")
        @Default("5s")
        @Size(max = 12)
        @ValidationRule(
                value = Cel.DURATION_FROM + "100ms" + Cel.DURATION_TO + "5m" + Cel.DURATION_END,
                message = "must be a duration such as 100ms, 5s, 10m or 2h, in [100ms, 5m]")
        @Nullable
        String stallTimeout,

        @JsonPropertyDescription("Requests under way at once; more wait. A change restarts the agents.")
        @Default("32")
        @Min(1)
        @Max(1024)
        @Nullable
        Integer maxRequests) {}
