package io.blobcache.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How an agent ends. */
public record MountSpec(
        @JsonPropertyDescription(
                "How long an agent that is told to end goes on serving while files of the mount are open. Then it ends the"
                        + " open ones. A change restarts the agents.")
        @Default("10s")
        @Size(max = 12)
        @ValidationRule(
                value = Cel.DURATION_FROM + "0s" + Cel.DURATION_TO + "1h" + Cel.DURATION_END,
                message = "must be a duration such as 100ms, 5s or 10m, in [0s, 1h]")
        @Nullable
        String drainTime) {}
